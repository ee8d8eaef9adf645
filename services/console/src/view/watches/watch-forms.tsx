// The forms of a watch: a new one, a change of one with its shifts, and handing it over.

import type { ComponentChildren } from 'preact'
import { watches as asks } from '../../http/watches.ts'
import type { Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import type { Form } from '../../state/form-draft.ts'
import {
  changedWatch,
  handedOver,
  newWatch,
  openForm,
  watches
} from '../../state/webhooks/watches.ts'
import {
  bodyOfHandOver,
  bodyOfWatch,
  changeOfWatch,
  draftOfHandOver,
  draftOfWatch,
  type HandOverDraft,
  nextShift,
  officersOn,
  type ShiftDraft,
  shiftsMax,
  type WatchDraft
} from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx'
import { type Bound, ChoiceField, NumberField, SentForm, TextField } from '../parts/controls.tsx'
import { faultIn } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { LinesField } from './lines-field.tsx'

async function make(): Promise<void> {
  const made = await newWatch.submit(
    draft => asks.create(bodyOfWatch(draft)),
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
      <div class="pair">
        <NumberField form={form} name="lineMinutes" told={told} />
        <ChoiceField
          form={form}
          name="handling"
          told={told}
          options={[...usual, ...Object.entries(words.handlings)]}
        />
      </div>
    </>
  )
}

interface OfWatchProps<T> {
  readonly held: Watch
  readonly form: Form<T>
  readonly begin: () => T
  readonly title: string
  readonly label: string
  readonly onSend: () => void
  readonly children: ComponentChildren
}

/** A form of one watch: says who changed it meanwhile, and closes. */
function FormOfWatch<T extends { readonly version: number }>(props: OfWatchProps<T>) {
  const { held, form, begin, title, label, onSend, children } = props
  const told = words.watches
  const isNewer = held.version > form.typed.value.version
  const on = officersOn(held).join(', ')
  const restart = () => form.restart(begin())
  const close = () => {
    restart()
    openForm.value = null
  }
  return (
    <SentForm
      by={form}
      isOpened
      title={title}
      label={label}
      onSend={onSend}
      more={
        <button type="button" onClick={close}>
          {told.cancel}
        </button>
      }
    >
      {children}
      <ChangedMeanwhile
        text={isNewer ? told.newer(on === '' ? told.nobody : on) : null}
        goOn={() => form.change({ version: held.version } as Partial<T>)}
        restart={restart}
      />
    </SentForm>
  )
}

/** Sends the form of a watch. What was typed meanwhile is on top of what was made. */
async function sendForm<T extends { readonly version: number }>(
  form: Form<T>,
  id: string,
  ask: Parameters<typeof form.submit<Watch>>[0],
  done: (sent: T) => string,
  next: (body: Watch) => T
): Promise<void> {
  const sent = await form.submit(
    ask,
    (_, draft) => done(draft),
    next,
    (later, { version }) => ({ ...later, version })
  )
  // Somebody may have come first: who that is stands beside what was typed.
  await watches.load()
  if (sent?.isAll && openForm.peek()?.id === id) openForm.value = null
}

export function ChangeWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const begin = (of = held) => draftOfWatch(of, suiteNowMs.peek())
  const save = () => {
    const body = changeOfWatch(changedWatch.typed.peek())
    if (Object.keys(body).length === 0) openForm.value = null
    else
      void sendForm(
        changedWatch,
        held.id,
        ({ version }) => asks.change(held.id, { ...body, version }),
        () => told.changed,
        begin
      )
  }
  if (changedWatch.typed.value.seen?.id !== held.id) return null
  return (
    <FormOfWatch
      held={held}
      form={changedWatch}
      begin={begin}
      title={told.change}
      label={told.changeGo}
      onSend={save}
    >
      <WatchFields form={changedWatch} />
      <ShiftFields watch={held} />
    </FormOfWatch>
  )
}

export function HandOverForm({ held }: { readonly held: Watch }) {
  const told = words.watches
  const on = officersOn(held)
  const begin = (of = held): HandOverDraft => draftOfHandOver(of, suiteNowMs.peek())
  const send = () =>
    void sendForm(
      handedOver,
      held.id,
      draft => asks.handOver(held.id, bodyOfHandOver(draft)),
      ({ officer }) => told.handedOver(officer.trim()),
      begin
    )
  if (handedOver.typed.value.of !== held.id) return null
  return (
    <FormOfWatch
      held={held}
      form={handedOver}
      begin={begin}
      title={told.handOverTitle}
      label={told.handOverGo}
      onSend={send}
    >
      <p>{told.handOverHow}</p>
      {on.length < 2 ? null : (
        <ChoiceField
          form={handedOver}
          name="relieves"
          told={told}
          required
          options={[['', told.relievesWhom], ...on.map(name => [name, name] as const)]}
        />
      )}
      <ShiftParts form={handedOver} watch={held} />
    </FormOfWatch>
  )
}

interface PartsProps<T> {
  readonly form: Bound<T>
  readonly watch: Watch
  /** Where refusals name its parts. */
  readonly at?: string
}

type Turn = Pick<ShiftDraft, 'officer' | 'until' | 'lines' | 'note'>

/** What a shift has, whether it is planned or handed over. */
function ShiftParts<T extends Turn>({ form, watch, at = '' }: PartsProps<T>) {
  const told = words.watches.form
  const turn = form as unknown as Bound<Turn & { readonly from: string }>
  const hasBegin = 'from' in form.typed.value
  return (
    <>
      <TextField
        form={turn}
        name="officer"
        told={told}
        at={`${at}officer`}
        required
        maxLength={200}
      />
      <div class="pair">
        {(hasBegin ? (['from', 'until'] as const) : (['until'] as const)).map(name => (
          <TextField
            key={name}
            form={turn}
            name={name}
            told={told}
            at={`${at}${name}`}
            type="datetime-local"
            required
          />
        ))}
      </div>
      <LinesField
        watch={watch}
        lines={form.typed.value.lines}
        fault={faultIn(form.state.value, `${at}lines`)}
        change={lines => turn.change({ lines })}
      />
      <TextField form={turn} name="note" told={told} at={`${at}note`} rows={2} maxLength={2000} />
    </>
  )
}

function ShiftFields({ watch }: { readonly watch: Watch }) {
  const told = words.watches.form
  const { shifts, over } = changedWatch.typed.value
  const fault = faultIn(changedWatch.state.value, 'shifts')
  const put = (next: readonly ShiftDraft[]) => changedWatch.change({ shifts: next })
  /** One shift of the form as a form. */
  const shiftAt = (place: number): Bound<ShiftDraft> => ({
    typed: { value: shifts[place] as ShiftDraft },
    change: members => put(shifts.map((each, n) => (n === place ? { ...each, ...members } : each))),
    state: changedWatch.state
  })
  return (
    <>
      {shifts.map((_, place) => (
        // A place, not a shift: who changes one by keyboard stays at it.
        <fieldset key={`place ${place}`} class="fieldset watch-shift">
          <legend>{told.shift(place + 1)}</legend>
          <ShiftParts form={shiftAt(place)} watch={watch} at={`shifts/${place}/`} />
          <p>
            <button type="button" onClick={() => put(shifts.toSpliced(place, 1))}>
              {told.dropShift(place + 1)}
            </button>
          </p>
        </fieldset>
      ))}
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
      {shifts.length + over.length >= shiftsMax ? null : (
        <p>
          <button
            type="button"
            onClick={() => put([...shifts, nextShift(shifts, suiteNowMs.peek())])}
          >
            {told.addShift}
          </button>
        </p>
      )}
    </>
  )
}
