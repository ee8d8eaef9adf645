// Fields of the form of a report.

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { type DraftField, reportFields } from '../upkeep/reports/report-draft.ts'
import { report, sending } from './reporter-state.ts'

type TextName = Exclude<DraftField, 'drill'>

interface FieldAttributes {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: boolean
}

interface FieldProps {
  readonly name: DraftField
  readonly label: string
  readonly hint?: string | undefined
  /** Draws the control with the attributes that tie it to its label, hint and fault. */
  readonly children: (attributes: FieldAttributes) => ComponentChildren
}

export function Field({ name, label, hint, children }: FieldProps) {
  const id = useId()
  const state = sending.value
  const fault = state.kind === 'refused' ? state.faults.byField.get(reportFields[name]) : undefined
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`])
  ].join(' ')
  return (
    <div class={`field ${fault === undefined ? '' : 'has-fault'}`}>
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(fault === undefined ? {} : { 'aria-invalid': true })
      })}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p id={`${id}-fault`} class="fault">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </div>
  )
}

interface TextProps {
  readonly name: TextName
  readonly label: string
  readonly hint?: string
  readonly type?: 'text' | 'date' | 'url'
  readonly inputMode?: 'decimal' | 'numeric'
  /** It cannot be changed: it tells which report is corrected. */
  readonly isFixed?: boolean
}

export function Text({ name, label, hint, type = 'text', inputMode, isFixed = false }: TextProps) {
  return (
    <Field name={name} label={label} hint={hint}>
      {attributes => (
        <input
          {...attributes}
          // The types of JSX have no input of a type that is not known before.
          type={type as 'text'}
          autocomplete="off"
          readOnly={isFixed}
          {...(inputMode === undefined ? {} : { inputMode })}
          value={report.typed.value[name]}
          onInput={event => report.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

interface ChoiceProps {
  readonly name: TextName
  readonly label: string
  readonly options: readonly (readonly [code: string, text: string])[]
}

export function Choice({ name, label, options }: ChoiceProps) {
  return (
    <Field name={name} label={label}>
      {attributes => (
        <select
          {...attributes}
          value={report.typed.value[name]}
          onChange={event => report.change({ [name]: event.currentTarget.value })}
        >
          {options.map(([code, text]) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
