// The forms of a roster: a new one, its name, one shift, a hand-over, and a rotation.

import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { newWatch, openForm, watches, watchForm } from '../../state/webhooks/watches.ts'
import {
  beginDraft,
  bodyOfWatch,
  hasSteps,
  keyOfDraft,
  officersOn,
  shiftsBeside,
  shiftsOfRotation,
  type WatchDraft
} from '../../upkeep/watch-draft.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx'
import {
  type Bound,
  CheckField,
  ChoiceField,
  NumberField,
  SentForm,
  TextField
} from '../parts/controls.tsx'
import { faultIn } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { LinesField } from './lines-field.tsx'

async function make(): Promise<void> {
  const made = await newWatch.submit(
    draft => asks.create(bodyOfWatch(draft, null)),
    () => words.watches.made
  )
  if (made === null) return
  await watches.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(made.body.id)
}

export function NewWatch() {
  const told = words.watches
  return (
    <ViewPage title={told.title} lead={told.lead}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <SentForm by={newWatch} label={told.form.create} onSend={make}>
        <WatchFields form={newWatch} />
        <p class="hint">{told.form.linesFirst}</p>
      </SentForm>
    </ViewPage>
  )
}

function WatchFields({ form }: { readonly form: Bound<WatchDraft> }) {
  const told = words.watches.form
  const usual = form.typed.value.handling === '' ? [['', told.handlingUsual] as const] : []
  return (
    <>
      <TextField form={form} name="name" told={told} required maxLength={200} />
      <ChoiceField
        form={form}
        name="handling"
        told={told}
        options={[...usual, ...Object.entries(words.handlings)]}
      />
    </>
  )
}

/** Sends what is typed about a roster, or removes the shift. */
async function send(held: Watch, removes = false): Promise<void> {
  const told = words.watches
  const { kind, was } = watchForm.typed.peek()
  const begin = (of: Watch) => beginDraft(kind as 'shift', of, suiteNowMs.peek(), { was })
  const sent = await watchForm.submit(
    draft => {
      if (kind === 'hand-over') return asks.handOver(held.id, bodyOfWatch(draft, held))
      const { version } = draft
      const left = { version, shifts: shiftsBeside(draft, held) }
      return asks.change(held.id, removes ? left : bodyOfWatch(draft, held))
    },
    (_, { officer }) => (kind === 'hand-over' ? told.handedOver(officer.trim()) : told.changed),
    begin,
    (later, { version }) => ({ ...later, version })
  )
  // Somebody may have come first: who that is stands beside what was typed.
  await watches.load()
  if (sent?.isAll && currentItem.peek() === held.id) openForm.value = null
}

/** The form of a roster that is open: says who changed it meanwhile, and closes. */
export function WatchForm({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { kind, seen, was, version } = watchForm.typed.value
  const isNewer = held.version > version
  const on = officersOn(held).join(', ')
  const restart = () =>
    watchForm.restart(beginDraft(kind as 'shift', held, suiteNowMs.peek(), { was }))
  const close = () => {
    restart()
    openForm.value = null
  }
  if (kind === 'new' || seen?.id !== held.id) return null
  return (
    <SentForm
      key={keyOfDraft(watchForm.typed.value)}
      by={watchForm}
      isOpened
      title={told.titles[kind]}
      label={told.go[kind]}
      // The field of the steps says that one is needed.
      isReady={hasSteps(watchForm.typed.value)}
      onSend={() => void send(held)}
      more={
        <>
          <button type="button" onClick={close}>
            {told.cancel}
          </button>
          {was === null ? null : (
            <button
              type="button"
              disabled={!watchForm.canSend.value}
              onClick={() => void send(held, true)}
            >
              {told.form.dropShift}
            </button>
          )}
        </>
      }
    >
      {kind === 'change' ? (
        <WatchFields form={watchForm} />
      ) : (
        <ShiftFields held={held} kind={kind} />
      )}
      <ChangedMeanwhile
        text={isNewer ? told.newer(on === '' ? told.nobody : on) : null}
        goOn={() => watchForm.change({ version: held.version })}
        restart={restart}
      />
    </SentForm>
  )
}

interface ShiftFieldsProps {
  readonly held: Watch
  readonly kind: 'shift' | 'hand-over' | 'rotation'
}

function ShiftFields({ held, kind }: ShiftFieldsProps) {
  const told = words.watches.form
  const form = watchForm
  const on = officersOn(held)
  const isHandOver = kind === 'hand-over'
  const at = isHandOver ? '' : 'shifts/0/'
  const fault = isHandOver ? undefined : faultIn(form.state.value, 'shifts')
  const text = { form, told }
  return (
    <>
      {isHandOver ? <p>{words.watches.handOverHow}</p> : null}
      {isHandOver && on.length > 1 ? (
        <ChoiceField
          form={form}
          name="relieves"
          told={words.watches}
          required
          options={[['', words.watches.relievesWhom], ...on.map(name => [name, name] as const)]}
        />
      ) : null}
      {kind === 'rotation' ? (
        <TextField {...text} name="officers" required rows={4} />
      ) : (
        <TextField {...text} name="officer" at={`${at}officer`} required maxLength={200} />
      )}
      <div class="pair">
        {(isHandOver ? (['until'] as const) : (['from', 'until'] as const)).map(name => (
          <TextField
            key={name}
            form={form}
            told={kind === 'rotation' ? { from: told.from, until: told.until } : told}
            name={name}
            at={`${at}${name}`}
            type="datetime-local"
            required
          />
        ))}
      </div>
      {kind === 'rotation' ? (
        <>
          <div class="pair">
            <NumberField {...text} name="hours" required />
            <NumberField {...text} name="everyHours" required />
            <NumberField {...text} name="inRow" required />
          </div>
          <CheckField {...text} name="replaces" />
          <Planned />
        </>
      ) : null}
      <LinesField
        watch={held}
        lines={form.typed.value.lines}
        fault={faultIn(form.state.value, `${at}lines`)}
        change={lines => form.change({ lines })}
      />
      {kind === 'rotation' ? null : (
        <TextField {...text} name="note" at={`${at}note`} rows={2} maxLength={2000} />
      )}
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </>
  )
}

/** What a rotation plans: how many, and the first round of it. */
function Planned() {
  const told = words.watches.form
  const shifts = shiftsOfRotation(watchForm.typed.value)
  const round = shifts.slice(0, new Set(shifts.map(({ officer }) => officer)).size + 1)
  return (
    <div role="status">
      <p>{told.plans(shifts.length)}</p>
      <ol class="watch-lines">
        {round.map(({ officer, from, until }) => (
          <li key={from}>
            <bdi>{officer}</bdi>: {words.watches.span(timeWords(from), timeWords(until))}
          </li>
        ))}
      </ol>
    </div>
  )
}
