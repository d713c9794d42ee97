import { texts } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { leave, stay } from "./leaving";

/** "Leave without saving?" The way back is first: it loses nothing. */
export function LeaveDialog() {
  return (
    <Dialog
      title={texts.leaving.title}
      onClose={stay}
      actions={
        <>
          <Button look="primary" onClick={stay}>
            {texts.leaving.stay}
          </Button>
          <Button look="danger" onClick={leave}>
            {texts.leaving.leave}
          </Button>
        </>
      }
    >
      <p>{texts.leaving.text}</p>
    </Dialog>
  );
}
