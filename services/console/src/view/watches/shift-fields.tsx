// The shifts of a watch as they are typed.

import type { Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import type { FormDraft, SendState } from '../../state/form-draft.ts'
import { nextShift, type ShiftDraft, shiftsMax, type WatchDraft } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn } from '../parts/form.tsx'
import { LinesField } from './lines-field.tsx'

interface ShiftsProps {
  readonly draft: Pick<FormDraft<WatchDraft>, 'typed' | 'change'>
  readonly state: SendState
  readonly watch: Watch
}

export function ShiftFields({ draft, state, watch }: ShiftsProps) {
  const told = words.watches.form
  const { shifts, over } = draft.typed.value
  const put = (next: readonly ShiftDraft[]) => draft.change({ shifts: next })
  const fault = faultIn(state, 'shifts')
  return (
    <>
      {shifts.map((shift, place) => (
        <OneShift
          key={`place ${place}`}
          shift={shift}
          place={place}
          watch={watch}
          state={state}
          change={members =>
            put(shifts.map((each, n) => (n === place ? { ...each, ...members } : each)))
          }
          drop={() => put(shifts.toSpliced(place, 1))}
        />
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

interface OneProps {
  readonly shift: ShiftDraft
  readonly place: number
  readonly watch: Watch
  readonly state: SendState
  readonly change: (members: Partial<ShiftDraft>) => void
  readonly drop: () => void
}

function OneShift({ shift, place, watch, state, change, drop }: OneProps) {
  const told = words.watches.form
  const faultOf = (part: string) => faultIn(state, `shifts/${place}/${part}`)
  return (
    <fieldset class="fieldset watch-shift">
      <legend>{told.shift(place + 1)}</legend>
      <OfficerField
        value={shift.officer}
        fault={faultOf('officer')}
        change={officer => change({ officer })}
      />
      <div class="pair">
        {(['from', 'until'] as const).map(part => (
          <TimeField
            key={part}
            part={part}
            value={shift[part]}
            fault={faultOf(part)}
            change={value => change({ [part]: value })}
          />
        ))}
      </div>
      <LinesField
        watch={watch}
        lines={shift.lines}
        fault={faultOf('lines')}
        change={lines => change({ lines })}
      />
      <NoteField value={shift.note} fault={faultOf('note')} change={note => change({ note })} />
      <p>
        <button type="button" onClick={drop}>
          {told.dropShift(place + 1)}
        </button>
      </p>
    </fieldset>
  )
}

interface PartProps {
  readonly value: string
  readonly fault: string | undefined
  readonly change: (value: string) => void
}

export function OfficerField({ value, fault, change }: PartProps) {
  return (
    <Field label={words.watches.form.officer} fault={fault}>
      {attributes => (
        <input
          {...attributes}
          required
          maxLength={200}
          autocomplete="off"
          value={value}
          onInput={event => change(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

export function TimeField({
  part,
  value,
  fault,
  change
}: PartProps & { readonly part: 'from' | 'until' }) {
  const told = words.watches.form
  return (
    <Field label={told[part]} hint={part === 'until' ? told.untilHint : undefined} fault={fault}>
      {attributes => (
        <input
          {...attributes}
          type="datetime-local"
          required
          value={value}
          onInput={event => change(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

export function NoteField({ value, fault, change }: PartProps) {
  const told = words.watches.form
  return (
    <Field label={told.note} hint={told.noteHint} fault={fault}>
      {attributes => (
        <textarea
          {...attributes}
          rows={2}
          maxLength={2000}
          dir="auto"
          value={value}
          onInput={event => change(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
