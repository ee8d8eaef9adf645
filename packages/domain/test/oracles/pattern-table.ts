// What an oracle has in common with its pattern. Scopes, steps and findings stay its own: they are
// what is compared.

import type { MachinePattern } from '../../src/detection/pattern.ts'

/** The id, words, parameters and examples of a pattern. */
export function tableOf<P>({ id, words, parameters, examples }: MachinePattern<P>) {
  return { id, ...(words === undefined ? {} : { words }), parameters, examples }
}
