// What was typed and not sent, each kind with its count: named before it is lost.

import type { TypedOfKind } from '../../shown/typed-kinds.ts'
import { words } from '../../words/words.ts'

export function TypedKinds({ held }: { readonly held: readonly TypedOfKind[] }) {
  return (
    <ul>
      {held.map(({ kind, count }) => (
        <li key={kind}>{words.signIn.typed.kinds[kind](count)}</li>
      ))}
    </ul>
  )
}
