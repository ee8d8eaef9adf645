// Handing a watch over: who has it from now on, until when, and what they should know.

import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { handedOver, handingOver, openForm, watches } from '../../state/webhooks/watches.ts'
import { bodyOfHandOver, draftOfHandOver, officersOn } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx'
import { Field, faultIn, Outcome, SendButton, takeFocus } from '../parts/form.tsx'
import { LinesField } from './lines-field.tsx'
import { newerWords } from './newer-words.ts'
import { NoteField, OfficerField, TimeField } from './shift-fields.tsx'

export function HandOverForm({ held }: { readonly held: Watch }) {
  const told = words.watches
  const state = handingOver.state.value
  const { typed, change } = handedOver
  const { of, version, officer, relieves, until, lines, note } = typed.value
  const on = officersOn(held)
  const close = () => {
    handedOver.restart(draftOfHandOver(held, suiteNowMs.peek()))
    openForm.value = null
  }
  const send = async (event: Event) => {
    event.preventDefault()
    const sent = typed.peek()
    const done = await handingOver.send(
      () => asks.handOver(held.id, bodyOfHandOver(sent)),
      () => told.handedOver(sent.officer.trim())
    )
    // Somebody may have come first: who that is stands beside what was typed.
    if (done === null) return watches.load()
    const isAll = handedOver.settle(sent, draftOfHandOver(done.body, suiteNowMs.peek()), later => ({
      ...later,
      version: done.body.version
    }))
    await watches.load()
    if (isAll && openForm.peek()?.id === held.id) openForm.value = null
  }
  if (of !== held.id) return null
  return (
    <form class="fields" ref={takeFocus} onSubmit={send} aria-label={told.handOverTitle}>
      <p>{told.handOverHow}</p>
      {on.length < 2 ? null : (
        <Field label={told.relieves} fault={faultIn(state, 'relieves')}>
          {attributes => (
            <select
              {...attributes}
              required
              value={relieves}
              onChange={event => change({ relieves: event.currentTarget.value })}
            >
              <option value="">{told.relievesWhom}</option>
              {on.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <OfficerField
        value={officer}
        fault={faultIn(state, 'officer')}
        change={value => change({ officer: value })}
      />
      <TimeField
        part="until"
        value={until}
        fault={faultIn(state, 'until')}
        change={value => change({ until: value })}
      />
      <LinesField
        watch={held}
        lines={lines}
        fault={faultIn(state, 'lines')}
        change={value => change({ lines: value })}
      />
      <NoteField
        value={note}
        fault={faultIn(state, 'note')}
        change={value => change({ note: value })}
      />
      <ChangedMeanwhile
        text={newerWords(held, version)}
        goOn={() => change({ version: held.version })}
        restart={() => handedOver.restart(draftOfHandOver(held, suiteNowMs.peek()))}
      />
      <p class="buttons">
        <SendButton by={handingOver} label={told.handOverGo} />
        <button type="button" onClick={close}>
          {told.cancel}
        </button>
      </p>
      <Outcome state={state} />
    </form>
  )
}
