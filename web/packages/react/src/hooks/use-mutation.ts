// Writing from a screen: what is being saved, what went wrong, and a repeat that is no second write.

import {
  asProblem,
  createMutation,
  deleteMutation,
  entityOf,
  type Accepted,
  type AcceptedGroup,
  type Mutation,
  newId,
  storedValues,
  type SyncProblem,
  updateMutation,
  type Values,
} from "@slipway/client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCapabilities, useSync } from "../context.js";

export interface MutationState {
  busy: boolean;
  /** What became of the last write that failed; null after a success, or reset(). */
  problem: SyncProblem | null;
}

interface Named {
  /** The write's business name, if it has a better one than CREATE_…, UPDATE_…, DELETE_… */
  action?: string;
}

export interface Mutations extends MutationState {
  /** Each resolves when the write is safe on this device; each rejects with a SyncProblem. */
  create: (values: Values, options?: Named & { entityId?: string }) => Promise<Accepted>;
  update: (entityId: string, changes: Values, options?: Named) => Promise<Accepted>;
  remove: (entityId: string, options?: Named) => Promise<Accepted>;
  /** Several writes, of any types, all or nothing. */
  group: (mutations: Mutation[]) => Promise<AcceptedGroup>;
  reset: () => void;
}

/** Writes to rows of a type. */
export function useMutation(entityType: string): Mutations {
  const { client } = useSync();
  const capabilities = useCapabilities();
  const [state, setState] = useState<MutationState>({ busy: false, problem: null });
  const mounted = useMounted();
  const keys = useRef(createKeys()).current;

  const run = useCallback(
    async <T>(body: unknown, send: (options: { idempotencyKey: string }) => Promise<T>) => {
      if (mounted.current) setState({ busy: true, problem: null });
      const text = JSON.stringify(body);
      try {
        const answer = await send({ idempotencyKey: keys.keyFor(text) });
        keys.done(text);
        if (mounted.current) setState({ busy: false, problem: null });
        return answer;
      } catch (error) {
        const problem = asProblem(error);
        if (mounted.current) setState({ busy: false, problem });
        throw problem;
      }
    },
    [keys, mounted],
  );

  return useMemo(() => {
    const entity = entityOf(capabilities, entityType);
    const one = (mutation: Mutation) =>
      run(mutation, (options) => client.enqueue(mutation, options));
    return {
      ...state,
      create: (values, options) =>
        one(createMutation(entityType, storedValues(entity, values, new Date()), options)),
      update: (entityId, changes, options) =>
        one(updateMutation(entityType, entityId, storedValues(entity, changes, null), options)),
      remove: (entityId, options) => one(deleteMutation(entityType, entityId, options)),
      group: (mutations) => run(mutations, (options) => client.enqueueGroup(mutations, options)),
      reset: () => setState({ busy: false, problem: null }),
    };
  }, [state, capabilities, entityType, client, run]);
}

/** The same write has the same key until it has succeeded: a second click cannot do it twice. */
function createKeys() {
  const keys = new Map<string, string>();
  return {
    keyFor: (body: string) => {
      const key = keys.get(body) ?? newId();
      keys.set(body, key);
      return key;
    },
    done: (body: string) => {
      keys.delete(body);
    },
  };
}

function useMounted() {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  return mounted;
}
