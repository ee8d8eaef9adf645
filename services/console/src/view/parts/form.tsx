// Forms and their controls: a labelled field with its fault, controls that are bound to a member of
// a form, choices of no form, the outcome of sending, a secret that is shown once, and a confirmation
// before what cannot be undone.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { copy } from '../../http/clipboard.ts'
import { isClock, noClock, untilTime } from '../../live/until-time.ts'
import type { Command, SendState } from '../../state/forms.ts'
import { type TimePlace, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from './basics.tsx'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly fault?: string | undefined
  /** Draws the control with the attributes that tie it to its label, hint and fault. */
  readonly children: (attributes: FieldAttributes) => ComponentChildren
}

interface FieldAttributes {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: boolean
}

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId()
  const [hintId, faultId] = [`${id}-hint`, `${id}-fault`]
  const described = [
    ...(hint === undefined ? [] : [hintId]),
    ...(fault === undefined ? [] : [faultId])
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
        <p id={hintId} class="hint fine soft">
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p id={faultId} class="fault">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </div>
  )
}

export function faultIn(state: SendState, field: string): string | undefined {
  return state.kind === 'refused' ? state.faults.byField.get(field) : undefined
}

/** Why sending is disabled now; empty if it is enabled. */
export function ActsWait({ by }: { readonly by: Command }) {
  return by.canSend.value ? null : <span class="soft">{words.stale.actsWait}</span>
}

export function Outcome({ state }: { readonly state: SendState }) {
  const text =
    state.kind === 'done' || state.kind === 'pending'
      ? state.text
      : state.kind === 'refused'
        ? (state.text ?? words.views.faultsBelow)
        : ''
  return (
    <p class={`outcome ${state.kind}`} role="status">
      {state.kind === 'asking' ? words.views.asking : text}
    </p>
  )
}

interface OnceProps {
  readonly title: string
  readonly value: string
  readonly more?: string | undefined
  readonly onStored: () => void
}

/** A value that cannot be requested again: shown until the user confirms that it was stored. */
export function ShownOnce({ title, value, more, onStored }: OnceProps) {
  const [told, setTold] = useState('')
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [])
  const { copied: done, notCopied: not } = words.views
  const press = async () => setTold(await copy(value, { done, not }))
  return (
    // biome-ignore lint/a11y/useSemanticElements: no element means this.
    <div class="once as-grid" ref={panel} tabIndex={-1} role="group" aria-label={title}>
      <p>
        <strong>{title}</strong> {words.views.once}
      </p>
      <p>
        <code class="secret breaks">{value}</code>
      </p>
      {more === undefined ? null : <p class="soft">{more}</p>}
      <p class="line">
        <Button class="primary" onClick={press}>
          {words.views.copy}
        </Button>
        <Button onClick={onStored}>{words.views.stored}</Button>
        <span role="status">{told}</span>
      </p>
    </div>
  )
}

/** The `ref` of a form in place of the button that opened it: its first field has the focus. */
function takeFocus(form: HTMLFormElement | null): void {
  // Somebody who came by another way already has a focus.
  if (document.activeElement === document.body)
    form?.querySelector<HTMLElement>('input, select, textarea')?.focus()
}

/** The `ref` of the button that opens a form in its place: it gets the focus back. */
export function useOpener(isOpen: boolean) {
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(isOpen)
  useLayoutEffect(() => {
    // Who went on elsewhere meanwhile stays there.
    if (wasOpen.current && !isOpen && document.activeElement === document.body)
      opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return opener
}

interface CommandButtonProps {
  readonly by: Command
  /** Its label, the question, and the label of the confirmation. */
  readonly words: readonly [label: string, question: string, yes: string]
  readonly onYes: () => void
}

/** A command with confirmation, why it is disabled, and its outcome. */
export function CommandButton({ by, words: [label, question, yes], onYes }: CommandButtonProps) {
  const disabled = !by.canSend.value || by.state.value.kind === 'asking'
  return (
    <>
      <AskFirst label={label} question={question} yes={yes} onYes={onYes} disabled={disabled} />
      <ActsWait by={by} />
      <Outcome state={by.state.value} />
    </>
  )
}

interface AskFirstProps {
  readonly label: string
  readonly question: string
  readonly yes: string
  readonly onYes: () => void
  readonly disabled?: boolean
}

/** A button for what cannot be undone: it asks for confirmation in place. */
export function AskFirst({ label, question, yes, onYes, disabled = false }: AskFirstProps) {
  const [isAsked, setAsked] = useState(false)
  const no = useRef<HTMLButtonElement>(null)
  const first = useRef<HTMLButtonElement>(null)
  const wasAsked = useRef(false)
  useEffect(() => {
    if (isAsked) no.current?.focus()
    else if (wasAsked.current) first.current?.focus()
    wasAsked.current = isAsked
  }, [isAsked])
  if (!isAsked) {
    return (
      <button type="button" ref={first} disabled={disabled} onClick={() => setAsked(true)}>
        {label}
      </button>
    )
  }
  return (
    <span class="ask-first strong line">
      <span role="alert">{question}</span>{' '}
      <Button
        class="danger"
        disabled={disabled}
        onClick={() => {
          setAsked(false)
          onYes()
        }}
      >
        {yes}
      </Button>{' '}
      <button type="button" ref={no} onClick={() => setAsked(false)}>
        {words.views.no}
      </button>
    </span>
  )
}

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
      {hint === undefined ? null : <p class="hint fine soft">{hint}</p>}
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
      {hint === undefined ? null : <p class="hint fine soft">{hint}</p>}
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
  readonly label: string
  readonly onSend: () => void
  readonly title?: string
  readonly isReady?: boolean
  /** The caller shows why it cannot be sent, and the outcome. */
  readonly isInline?: boolean
  /** It takes the place of the button that opened it. */
  readonly isOpened?: boolean
  readonly children: ComponentChildren
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
      <p class="line">
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

interface PlainChoiceProps {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly class?: string
  readonly value: string
  readonly options: readonly (readonly [code: string, words: string])[]
  readonly onPick: (code: string) => void
}

export function Choice(props: PlainChoiceProps) {
  const { label, isLabelHidden = false, class: name = 'choice', value, options, onPick } = props
  const id = useId()
  return (
    <span class={name}>
      <label for={id} class={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select id={id} value={value} onChange={event => onPick(event.currentTarget.value)}>
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  )
}

interface SegmentsProps<T> {
  readonly label: string
  readonly options: readonly (readonly [value: T, words: string])[]
  readonly value: T
  readonly onPick: (value: T) => void
}

export function Segments<T extends string | number>(props: SegmentsProps<T>) {
  const { label, options, value, onPick } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own.
    <span class="spans push" role="group" aria-label={label}>
      {options.map(([each, said]) => (
        <Button
          key={each}
          class="small bare"
          aria-pressed={each === value}
          onClick={() => onPick(each)}
        >
          {said}
        </Button>
      ))}
    </span>
  )
}

interface InstantProps {
  readonly label: string
  readonly ms: number
  /** What was typed, in UTC, as a field of date and time has it. */
  readonly onTyped: (text: string) => void
}

export function InstantField({ label, ms, onTyped }: InstantProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        key={ms}
        type="datetime-local"
        defaultValue={new Date(ms).toISOString().slice(0, 16)}
        onBlur={({ currentTarget: { value, defaultValue } }) => {
          if (value !== defaultValue) onTyped(value)
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') onTyped(event.currentTarget.value)
        }}
      />
    </label>
  )
}

interface UntilProps {
  readonly value: string
  /** The time of the theatre, or of the suite where several are meant, ms. */
  readonly nowMs: number
  readonly place?: TimePlace | undefined
  readonly onPick: (until: string) => void
}

const clock = 'clock'

export function Until({ value, nowMs, place, onPick }: UntilProps) {
  const { acts } = words
  const clockId = useId()
  const field = useRef<HTMLInputElement>(null)
  const isAtClock = isClock(value)
  const begun = useRef(isAtClock)
  useEffect(() => {
    if (isAtClock && !begun.current) field.current?.focus()
    begun.current = isAtClock
  }, [isAtClock])
  const at = isAtClock ? untilTime(value, nowMs) : null
  return (
    <span class="choice until">
      <Choice
        label={acts.until}
        value={isAtClock ? clock : value}
        options={[...Object.entries(acts.untils), [clock, acts.untilClock]]}
        onPick={until => onPick(until === clock ? noClock : until)}
      />
      {isAtClock ? (
        <>
          <label for={clockId}>{words.top.utc}</label>
          <input
            ref={field}
            id={clockId}
            type="time"
            required
            value={value === noClock ? '' : value}
            onChange={({ currentTarget }) =>
              onPick(currentTarget.value === '' ? noClock : currentTarget.value)
            }
          />
          <span class="soft" role="status">
            {at === null ? acts.clockMissing : timeAtWords(at, place)}
          </span>
        </>
      ) : null}
    </span>
  )
}
