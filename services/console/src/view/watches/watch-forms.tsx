// The form of a new watch, and that of a change of one.

import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import type { FormDraft, SendState } from '../../state/form-draft.ts'
import {
  changedWatch,
  changing,
  making,
  newWatch,
  openForm,
  watches
} from '../../state/webhooks/watches.ts'
import {
  bodyOfWatch,
  changeOfWatch,
  draftOfWatch,
  type WatchDraft
} from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx'
import { Field, faultIn, Outcome, SendButton, takeFocus } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { newerWords } from './newer-words.ts'
import { ShiftFields } from './shift-fields.tsx'

async function make(event: Event): Promise<void> {
  event.preventDefault()
  const draft = newWatch.typed.peek()
  const made = await making.send(
    () => asks.create(bodyOfWatch(draft)),
    () => words.watches.made
  )
  if (made === null) return
  const isAll = newWatch.settle(draft)
  await watches.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (isAll && currentItem.peek() === 'new') openItem(made.body.id)
}

export function NewWatch() {
  const told = words.watches
  const state = making.state.value
  return (
    <ViewPage title={told.title} lead={told.lead}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {told.back}
        </button>
      </p>
      <form class="fields" onSubmit={make}>
        <WatchFields draft={newWatch} state={state} />
        <p class="hint">{told.form.linesFirst}</p>
        <p class="buttons">
          <button type="submit" class="primary" disabled={state.kind === 'asking'}>
            {told.form.create}
          </button>
        </p>
        <Outcome state={state} />
      </form>
    </ViewPage>
  )
}

interface FieldsProps {
  readonly draft: Pick<FormDraft<WatchDraft>, 'typed' | 'change'>
  readonly state: SendState
}

function WatchFields({ draft, state }: FieldsProps) {
  const told = words.watches.form
  const { name, lineMinutes, handling } = draft.typed.value
  return (
    <>
      <Field label={told.name} hint={told.nameHint} fault={faultIn(state, 'name')}>
        {attributes => (
          <input
            {...attributes}
            required
            maxLength={200}
            autocomplete="off"
            value={name}
            onInput={event => draft.change({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="pair">
        <Field
          label={told.lineMinutes}
          hint={told.lineMinutesHint}
          fault={faultIn(state, 'lineMinutes')}
        >
          {attributes => (
            <input
              {...attributes}
              class="short"
              inputMode="numeric"
              autocomplete="off"
              value={lineMinutes}
              onInput={event => draft.change({ lineMinutes: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={told.handling} hint={told.handlingHint} fault={faultIn(state, 'handling')}>
          {attributes => (
            <select
              {...attributes}
              value={handling}
              onChange={event => draft.change({ handling: event.currentTarget.value })}
            >
              {handling === '' ? <option value="">{told.handlingUsual}</option> : null}
              {Object.entries(words.handlings).map(([code, text]) => (
                <option key={code} value={code}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </>
  )
}

export function ChangeWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const state = changing.state.value
  const draft = changedWatch.typed.value
  const close = () => {
    changedWatch.restart(draftOfWatch(held, suiteNowMs.peek()))
    openForm.value = null
  }
  const save = async (event: Event) => {
    event.preventDefault()
    const sent = changedWatch.typed.peek()
    const body = changeOfWatch(sent)
    if (Object.keys(body).length === 0) return close()
    const saved = await changing.send(
      () => asks.change(held.id, { ...body, version: sent.version }),
      () => told.changed
    )
    if (saved === null) return watches.load()
    const isAll = changedWatch.settle(sent, draftOfWatch(saved.body, suiteNowMs.peek()), later => ({
      ...later,
      version: saved.body.version
    }))
    await watches.load()
    if (isAll && openForm.peek()?.id === held.id) openForm.value = null
  }
  if (draft.seen?.id !== held.id) return null
  return (
    <form class="fields" ref={takeFocus} onSubmit={save} aria-label={told.change}>
      <WatchFields draft={changedWatch} state={state} />
      <ShiftFields draft={changedWatch} state={state} watch={held} />
      <ChangedMeanwhile
        text={newerWords(held, draft.version)}
        goOn={() => changedWatch.change({ version: held.version })}
        restart={() => changedWatch.restart(draftOfWatch(held, suiteNowMs.peek()))}
      />
      <p class="buttons">
        <SendButton by={changing} label={told.changeGo} />
        <button type="button" onClick={close}>
          {told.cancel}
        </button>
      </p>
      <Outcome state={state} />
    </form>
  )
}
