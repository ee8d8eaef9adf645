import { CompoundScope, type Input, type View } from '../../../src/detection/compound-scope.ts'

/** A scope of a level-1 rule with these findings. */
export function viewWith(name: string, inputs: readonly Input[]): View {
  const scope = new CompoundScope(name, 0)
  for (const input of inputs) scope.insert(input)
  return scope.view
}
