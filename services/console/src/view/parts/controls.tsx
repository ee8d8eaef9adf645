// Controls that are bound to a member of a form: text, number, choice, check. Each has its label, its
// hint, and the fault that a refusal names for it.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Command, SendState } from '../../state/command.ts'
import { ActsWait, Field, faultIn, Outcome, takeFocus } from './form.tsx'

/** What a control needs of a form. */
export interface Bound<T> {
  readonly typed: { readonly value: T }
  readonly change: (members: Partial<T>) => void
  readonly state: { readonly value: SendState }
}

/** A form that is discarded when it is closed. */
export function useLocalForm<T extends object>(begin: T, { state }: Command) {
  const typed = useSignal(begin)
  const change = (members: Partial<T>) => {
    typed.value = { ...typed.peek(), ...members }
  }
  return { typed, change, state } satisfies Bound<T>
}

interface ControlProps<T, N extends string> {
  readonly form: Bound<T>
  readonly name: N & keyof T
  /** Its label by its name, and its hint if it has one: `reason` and `reasonHint`. */
  readonly told: { readonly [member in N]: string } & { readonly [member in `${N}Hint`]?: string }
  /** The member by the name that refusals have for it; `name` unless given. */
  readonly at?: string
}

interface TextProps<T, N extends string> extends ControlProps<T, N> {
  readonly type?: 'text' | 'date' | 'datetime-local' | 'time' | 'url' | 'password'
  readonly required?: boolean
  readonly maxLength?: number
  readonly class?: string
  readonly placeholder?: string
  readonly spellcheck?: boolean
  readonly list?: string
  readonly inputMode?: 'numeric' | 'decimal'
  /** A fault that the page itself found. */
  readonly fault?: string | undefined
  /** Several lines of text. */
  readonly rows?: number
  readonly readOnly?: boolean
}

function findField<T, N extends string>({ form, name, told, at = name }: ControlProps<T, N>) {
  const { [name]: label, [`${name}Hint`]: hint } = told as Readonly<Record<string, string>>
  return { label: label ?? name, hint, fault: faultIn(form.state.value, at) }
}

const member = <T,>(name: string, value: unknown) => ({ [name]: value }) as Partial<T>

export function TextField<T, N extends string>(props: TextProps<T, N>) {
  const { form, name, told: _, at: __, fault, rows, ...more } = props
  const field = findField(props)
  const typed = {
    ...more,
    value: String(form.typed.value[name]),
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      form.change(member<T>(name, currentTarget.value))
  }
  return (
    <Field {...field} fault={fault ?? field.fault}>
      {attributes =>
        rows === undefined ? (
          <input autocomplete="off" {...attributes} {...(typed as object)} />
        ) : (
          <textarea dir="auto" {...attributes} {...(typed as object)} rows={rows} />
        )
      }
    </Field>
  )
}

export function NumberField<T, N extends string>(props: TextProps<T, N>) {
  return <TextField class="short" inputMode="numeric" {...props} />
}

interface ChoiceProps<T, N extends string> extends ControlProps<T, N> {
  /** Codes with their words, in order. */
  readonly options: Iterable<readonly [code: string, words: string]>
  readonly required?: boolean
  /** What a choice changes, if not the member alone. */
  readonly changes?: (code: string) => Partial<T>
}

export function ChoiceField<T, N extends string>(props: ChoiceProps<T, N>) {
  const { form, name, options, required = false } = props
  const { changes = (code: string) => member<T>(name, code) } = props
  return (
    <Field {...findField(props)}>
      {attributes => (
        <select
          {...attributes}
          required={required}
          value={String(form.typed.value[name])}
          onChange={event => form.change(changes(event.currentTarget.value))}
        >
          {[...options].map(([code, said]) => (
            <option key={code} value={code}>
              {said}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField<T, N extends string>(props: ControlProps<T, N>) {
  const { form, name } = props
  const { label, hint } = findField(props)
  return (
    <div>
      <Check
        label={label}
        isOn={form.typed.value[name] === true}
        turn={isOn => form.change(member<T>(name, isOn))}
      />
      {hint === undefined ? null : <p class="hint soft">{hint}</p>}
    </div>
  )
}

interface CheckProps {
  readonly label: ComponentChildren
  readonly isOn: boolean
  readonly turn: (isOn: boolean) => void
  /** One of several: the name that they share. */
  readonly group?: string
}

export function Check({ label, isOn, turn, group }: CheckProps) {
  return (
    <label class="check">
      <input
        type={group === undefined ? 'checkbox' : 'radio'}
        name={group}
        checked={isOn}
        onChange={event => turn(event.currentTarget.checked)}
      />{' '}
      <span>{label}</span>
    </label>
  )
}

interface GroupProps {
  readonly legend: string
  readonly hint?: string | undefined
  readonly fault?: string | undefined
  readonly class?: string
  readonly children: ComponentChildren
}

/** Several controls that are one: with one hint and one fault. */
export function FieldGroup({ legend, hint, fault, class: name = '', children }: GroupProps) {
  return (
    <fieldset class={`fieldset field ${name} ${fault === undefined ? '' : 'has-fault'}`}>
      <legend>{legend}</legend>
      {children}
      {hint === undefined ? null : <p class="hint soft">{hint}</p>}
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </fieldset>
  )
}

interface FormProps {
  readonly by: Command
  /** Of the button that sends it. */
  readonly label: string
  readonly onSend: () => void
  readonly title?: string
  readonly isReady?: boolean
  /** The caller shows why it cannot be sent, and the outcome. */
  readonly isInline?: boolean
  /** It takes the place of the button that opened it. */
  readonly isOpened?: boolean
  readonly children: ComponentChildren
  /** Next to the button. */
  readonly more?: ComponentChildren
}

/** A form with its button and the outcome. */
export function SentForm(props: FormProps) {
  const { by, label, onSend, title, isReady = true, children, more } = props
  const { isInline = false, isOpened = false } = props
  return (
    <form
      class={isInline ? 'inline-form' : 'fields'}
      ref={isOpened ? takeFocus : null}
      {...(title !== undefined && { 'aria-label': title })}
      onSubmit={event => {
        event.preventDefault()
        onSend()
      }}
    >
      {children}
      <p class="buttons">
        <button
          type="submit"
          class={isInline ? undefined : 'primary'}
          disabled={!isReady || !by.canSend.value || by.state.value.kind === 'asking'}
        >
          {label}
        </button>
        {more}
        {isInline ? null : <ActsWait by={by} />}
      </p>
      {isInline ? null : <Outcome state={by.state.value} />}
    </form>
  )
}
