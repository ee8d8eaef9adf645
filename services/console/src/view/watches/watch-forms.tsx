// The forms of a roster: a new one, its name, one shift with its subscriptions, a hand-over, and a
// rotation.

import { watches as asks } from '../../http/requests.ts'
import {
  beginDraft,
  hasSteps,
  listRotationShifts,
  makeDraftKey,
  makeTable,
  makeWatchBody,
  officersOn,
  shiftsBeside,
  type WatchDraft,
  watchFields
} from '../../records/roster.ts'
import type { Watch } from '../../shown/answers.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { currentItem, openItem, openView } from '../../state/current-view.ts'
import { newWatch, openForm, watches, watchForm } from '../../state/watches.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/button.tsx'
import { faultIn } from '../parts/form.tsx'
import { type OptionLists, PickField, RecordForm } from '../parts/record-form.tsx'
import { BackButton } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { listLines } from './watch-facts.tsx'

async function make(): Promise<void> {
  const made = await newWatch.submit(
    draft => asks.create(makeWatchBody(draft, null)),
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
    <ViewPage title={told.create} lead={told.lead}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <RecordForm
        form={newWatch}
        table={watchFields}
        told={told.form}
        lists={handlingList(newWatch.typed.value)}
        label={told.form.create}
        onSend={make}
      >
        <p class="hint fine">{told.form.linesFirst}</p>
      </RecordForm>
    </ViewPage>
  )
}

/** A new roster has no choice yet. */
function handlingList({ handling }: WatchDraft): OptionLists {
  const all = Object.entries(words.handlings)
  return { handling: handling === '' ? [['', words.watches.form.handlingUsual], ...all] : all }
}

/** Sends what is typed about a roster, or removes the shift. */
async function send(held: Watch, removes = false): Promise<void> {
  const told = words.watches
  const { kind, was } = watchForm.typed.peek()
  const begin = (of: Watch) => beginDraft(kind as 'shift', of, nowMs.peek(), { was })
  const sent = await watchForm.submit(
    draft => {
      if (kind === 'hand-over') return asks.handOver(held.id, makeWatchBody(draft, held))
      const { version } = draft
      const left = { version, shifts: shiftsBeside(draft, held) }
      return asks.change(held.id, removes ? left : makeWatchBody(draft, held))
    },
    (_, { officer }) => (kind === 'hand-over' ? told.handedOver(officer.trim()) : told.changed),
    begin,
    (later, { version }) => ({ ...later, version })
  )
  // Somebody may have been faster: show their change next to the typed text.
  await watches.load()
  if (sent?.isAll && currentItem.peek() === held.id) openForm.value = null
}

/** The form of a roster that is open. */
export function WatchForm({ held }: { readonly held: Watch }) {
  const told = words.watches
  const draft = watchForm.typed.value
  const { kind, seen, was, lines } = draft
  const on = officersOn(held)
  const begin = () => beginDraft(kind as 'shift', held, nowMs.peek(), { was })
  const close = () => {
    watchForm.restart(begin())
    openForm.value = null
  }
  if (kind === 'new' || seen?.id !== held.id) return null
  const table = makeTable(draft)
  return (
    <RecordForm
      key={makeDraftKey(draft)}
      form={watchForm}
      table={table}
      // Each shift of a rotation ends by its hours.
      told={{
        ...told.form,
        relieves: told.relieves,
        ...(kind === 'rotation' && { untilHint: undefined })
      }}
      lists={{
        ...handlingList(draft),
        relieves: [['', told.relievesWhom], ...on.map(name => [name, name] as const)]
      }}
      own={{
        ...(on.length > 1 ? {} : { relieves: null }),
        lines: (
          <LinesField
            key="lines"
            watch={held}
            lines={lines}
            fault={faultIn(watchForm.state.value, table.lines?.at ?? 'lines')}
            change={next => watchForm.change({ lines: next })}
          />
        )
      }}
      isOpened
      title={told.titles[kind]}
      label={told.go[kind]}
      // The field of the subscriptions shows that one is required.
      isReady={hasSteps(draft)}
      onSend={() => void send(held)}
      stands={{
        ...{ version: held.version, isNewer: held.version > draft.version, begin },
        text: told.newer(on.length === 0 ? told.nobody : on.join(', '))
      }}
      more={
        <>
          <Button onClick={close}>{words.acts.cancel}</Button>
          {was === null ? null : (
            <Button disabled={!watchForm.canSend.value} onClick={() => void send(held, true)}>
              {told.form.dropShift}
            </Button>
          )}
        </>
      }
    >
      {kind === 'hand-over' ? <p>{told.handOverHow}</p> : null}
      {kind === 'rotation' ? <Planned /> : null}
      <ShiftsFault />
    </RecordForm>
  )
}

/** Of a shift that is not the one that was typed. */
function ShiftsFault() {
  const fault = faultIn(watchForm.state.value, 'shifts')
  return fault === undefined ? null : (
    <p class="fault" role="alert">
      <span aria-hidden="true">✕</span> {fault}
    </p>
  )
}

/** What a rotation plans: the number of shifts, and the first round. */
function Planned() {
  const told = words.watches.form
  const shifts = listRotationShifts(watchForm.typed.value)
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

interface LinesProps {
  readonly watch: Watch
  readonly lines: readonly string[]
  readonly fault: string | undefined
  readonly change: (lines: readonly string[]) => void
}

function LinesField({ watch, lines, fault, change }: LinesProps) {
  const told = words.watches.form
  const options = listLines(watch).map(
    ({ id, name, warning }) => [id, warning === null ? name : `${name}: ${warning}`] as const
  )
  return (
    <div>
      {options.length === 0 ? (
        <p class="hint fine">{told.noLines}</p>
      ) : (
        <PickField
          label={words.views.names.subscriptions}
          hint={told.linesHint}
          fault={fault}
          options={options}
          chosen={lines}
          choose={change}
        />
      )}
      {mayUse('subscriptions:manage') ? (
        <Button class="as-link" onClick={() => openView('subscriptions', 'new')}>
          {told.makeLine}
        </Button>
      ) : null}
    </div>
  )
}
