import { TRPCError } from '@trpc/server';
import { fromErrorData } from '../base/fault.ts';
import { errorDataOf } from '../base/procedure.ts';

/** The same caller, throwing Faults as services do in place of tRPC's errors, so that both sides of a host speak of one kind of failure. */
export function throwingFaults<Caller extends object>(caller: Caller): Caller {
  return new Proxy(caller, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      return typeof member === 'function' ? throwingFaults(member) : member;
    },
    apply: async (target, self, args) => {
      try {
        return await Reflect.apply(target as () => unknown, self, args);
      } catch (thrown) {
        if (!(thrown instanceof TRPCError)) throw thrown;
        const data = errorDataOf(thrown);
        throw data.code === 'INTERNAL' && thrown.cause ? thrown.cause : fromErrorData(data);
      }
    },
  });
}
