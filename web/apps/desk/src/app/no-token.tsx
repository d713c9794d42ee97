// Without a token: says where it is, and takes a pasted one.

import { useState } from "react";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { Message } from "../ui/states";

export function NoToken({ onToken }: { onToken: (token: string) => void }) {
  return (
    <main className="gate">
      <Message icon="key" alone title={texts.problem.noTokenTitle}>
        <p>{texts.problem.noTokenText}</p>
        <TokenForm onToken={onToken} />
      </Message>
    </main>
  );
}

export function TokenForm({ onToken }: { onToken: (token: string) => void }) {
  const [typed, setTyped] = useState("");
  // A whole address may be pasted as well.
  const token = typed.trim().replace(/^.*#token=/, "");
  return (
    <form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (token !== "") onToken(token);
      }}
    >
      <label htmlFor="token">{texts.problem.noTokenField}</label>
      <input
        id="token"
        type="password"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button look="primary" type="submit" disabled={token === ""}>
        {texts.problem.noTokenButton}
      </Button>
    </form>
  );
}
