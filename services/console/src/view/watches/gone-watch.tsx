// A watch that is not there any more while somebody writes about it: what became of what was sent, and what was typed.

import { useEffect } from 'preact/hooks'
import { changedWatch, changing, forgetActs, handedOver, handingOver } from '../../state/webhooks/watches.ts'
import { typedInChange, typedInHandOver } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'

export function GoneWatch({ id }: { readonly id: string }) {
  const told = words.watches
  useEffect(() => forgetActs, [id])
  const handOver = [handedOver.typed.value, ...handedOver.left.value].find(({ of }) => of === id)
  const change = [changedWatch.typed.value, ...changedWatch.left.value].find(({ seen }) => seen?.id === id)
  const drop = () => {
    if (handedOver.typed.peek().of === id) handedOver.clear()
    else if (handOver !== undefined) handedOver.restart(handOver)
    if (changedWatch.typed.peek().seen?.id === id) changedWatch.clear()
    else if (change !== undefined) changedWatch.restart(change)
  }
  const typed = [
    handOver === undefined ? '' : typedInHandOver(handOver),
    change === undefined ? '' : typedInChange(change)
  ].filter(text => text !== '')
  return (
    <div class="gone-watch">
      <p role="alert">{told.gone}</p>
      <Outcome state={handingOver.state.value} />
      <Outcome state={changing.state.value} />
      {typed.length === 0 ? null : (
        <section class="kept-words">
          <label class="choice wide">
            <span>{words.alert.keptWords}</span>
            <textarea readOnly rows={4} value={typed.join('\n')} onFocus={event => event.currentTarget.select()} />
          </label>
          <button type="button" onClick={drop}>
            {words.alert.dropWords}
          </button>
        </section>
      )}
    </div>
  )
}
