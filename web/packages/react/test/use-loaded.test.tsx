import { act, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { useLoaded } from "../src/hooks/use-loaded";

let root: Root;
let place: HTMLElement;
let answers: ((value: string) => void)[];

function Screen({ of, tick }: { of: string; tick: number }) {
  const { data } = useLoaded(
    () => new Promise<string>((resolve) => answers.push((value) => resolve(`${of} ${value}`))),
    [of],
    tick,
  );
  return <p>{data ?? "loading"}</p>;
}

const show = (of: string, tick: number) =>
  act(async () =>
    root.render(
      <StrictMode>
        <Screen of={of} tick={tick} />
      </StrictMode>,
    ),
  );
const answer = (index: number, value: string) => act(async () => answers[index]?.(value));

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  answers = [];
  place = document.createElement("div");
  root = createRoot(place);
});
afterEach(() => act(async () => root.unmount()));

it("shows each answer under constant change, with one question open at a time", async () => {
  await show("ships", 0);
  answers.splice(0, answers.length - 1); // strict mode mounts twice; the first question is dropped
  for (let tick = 1; tick <= 5; tick++) await show("ships", tick);
  expect(answers).toHaveLength(1);
  await answer(0, "at first");
  expect(place.textContent).toBe("ships at first");
  expect(answers).toHaveLength(2);
  await answer(1, "later");
  expect(place.textContent).toBe("ships later");
  expect(answers).toHaveLength(2);
});

it("drops an answer to a question that is no longer asked", async () => {
  await show("ships", 0);
  const old = answers.length - 1;
  await show("quotes", 0);
  await answer(answers.length - 1, "new");
  await answer(old, "too late");
  expect(place.textContent).toBe("quotes new");
});
