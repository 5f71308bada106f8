import fc from 'fast-check';
import { z } from 'zod';

/** Values of about the shape that a schema asks for: mostly right, with something else in one place out of `strayEvery`. */
export function arbitraryOf(schema: z.ZodType, stray: fc.Arbitrary<unknown>, strayEvery = 25): fc.Arbitrary<unknown> {
  return ofShape(shape.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })), { stray, strayEvery });
}

/** The part of JSON Schema that zod writes for our contract. */
const shape = z.object({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  get anyOf() {
    return z.array(shape).optional();
  },
  get oneOf() {
    return z.array(shape).optional();
  },
  get items() {
    return shape.optional();
  },
  get properties() {
    return z.record(z.string(), shape).optional();
  },
  required: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
});
type Shape = z.infer<typeof shape>;

interface Strays {
  stray: fc.Arbitrary<unknown>;
  strayEvery: number;
}

function ofShape(wanted: Shape, strays: Strays): fc.Arbitrary<unknown> {
  const right = rightShape(wanted, strays);
  return fc.oneof({ arbitrary: right, weight: strays.strayEvery }, { arbitrary: strays.stray, weight: 1 });
}

function rightShape(wanted: Shape, strays: Strays): fc.Arbitrary<unknown> {
  if (wanted.const !== undefined) return fc.constant(wanted.const);
  if (wanted.enum) return fc.constantFrom(...wanted.enum);
  const choices = wanted.anyOf ?? wanted.oneOf;
  if (choices) return fc.oneof(...choices.map((one) => ofShape(one, strays)));
  const { minimum = -1000, maximum = 1000, minLength = 0, maxLength = 40 } = wanted;
  switch (wanted.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(wanted.properties ?? {}).map(([name, one]) => [name, ofShape(one, strays)])),
        { requiredKeys: wanted.required ?? [] },
      );
    case 'array':
      return fc.array(ofShape(wanted.items ?? {}, strays), {
        minLength: wanted.minItems ?? 0,
        maxLength: Math.max(3, wanted.minItems ?? 0),
      });
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      // A pattern that is asked for is kept, or hardly anything would get past the first check; strays break it.
      if (wanted.pattern) return fc.stringMatching(new RegExp(wanted.pattern, 'u'));
      return fc.oneof(
        fc.string({ unit: 'binary', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) }),
        fc.constantFrom(...paths),
      );
    default:
      return strays.stray;
  }
}

/** Texts that are something to a service that takes a path, an id or a model. */
const paths = [
  '/nowhere/model.gguf',
  'new.assay-backup',
  '.',
  '..',
  '/',
  '/dev/null',
  '/dev/zero',
  'sample:Q9',
  '01jd0000000000000000000000',
  'C:\\nul',
  'a passphrase',
];
