// A watch that is not there any more while somebody writes about it: what became of what was sent,
// and what was typed.

import { useEffect } from 'preact/hooks'
import {
  changedWatch,
  changing,
  forgetActs,
  handedOver,
  handingOver
} from '../../state/webhooks/watches.ts'
import { typedInChange, typedInHandOver } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { GoneWords } from '../parts/gone-words.tsx'

export function GoneWatch({ id }: { readonly id: string }) {
  const told = words.watches
  useEffect(() => forgetActs, [id])
  const handOver = handedOver.typedOf(id)
  const change = changedWatch.typedOf(id)
  const typed = [
    handOver === undefined ? '' : typedInHandOver(handOver),
    change === undefined ? '' : typedInChange(change)
  ].filter(text => text !== '')
  const drop = () => {
    handedOver.drop(id)
    changedWatch.drop(id)
  }
  return (
    <div class="gone-watch">
      <p role="alert">{told.gone}</p>
      <Outcome state={handingOver.state.value} />
      <Outcome state={changing.state.value} />
      <GoneWords texts={typed} onDrop={drop} />
    </div>
  )
}
