// Parts of forms: a labelled field with its fault, the outcome of sending, a secret that is shown
// once, and a confirmation before what cannot be undone.

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Command, SendState } from '../../state/command.ts'
import { words } from '../../words/words.ts'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly fault?: string | undefined
  /** Draws the control with the attributes that tie it to its label, hint and fault. */
  readonly children: (attributes: FieldAttributes) => ComponentChildren
}

export interface FieldAttributes {
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
        <p id={hintId} class="hint soft">
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

/** The fault of a field, if the last sending named one. */
export function faultIn(state: SendState, field: string): string | undefined {
  return state.kind === 'refused' ? state.faults.byField.get(field) : undefined
}

/** Why sending is disabled now; empty if it is enabled. */
export function ActsWait({ by }: { readonly by: Command }) {
  return by.canSend.value ? null : <span class="soft">{words.stale.actsWait}</span>
}

/** What became of the last sending. */
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
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setTold(words.views.copied)
    } catch {
      // The clipboard is there on secure origins alone, and may be refused.
      setTold(words.views.notCopied)
    }
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no element means this.
    <div class="once" ref={panel} tabIndex={-1} role="group" aria-label={title}>
      <p>
        <strong>{title}</strong> {words.views.once}
      </p>
      <p>
        <code class="secret">{value}</code>
      </p>
      {more === undefined ? null : <p class="soft">{more}</p>}
      <p class="buttons">
        <button type="button" class="primary" onClick={copy}>
          {words.views.copy}
        </button>
        <button type="button" onClick={onStored}>
          {words.views.stored}
        </button>
        <span role="status">{told}</span>
      </p>
    </div>
  )
}

/**
 * The `ref` of a form that takes the place of the button that opened it: its first field has the
 * focus that went with that.
 */
export function takeFocus(form: HTMLFormElement | null): void {
  // Somebody who came by another way already has a focus.
  if (document.activeElement === document.body)
    form?.querySelector<HTMLElement>('input, select, textarea')?.focus()
}

/**
 * The `ref` of the button that opens a form in its own place: it has the focus again that goes with
 * the form.
 */
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
    <span class="ask-first">
      <span role="alert">{question}</span>{' '}
      <button
        type="button"
        class="danger"
        disabled={disabled}
        onClick={() => {
          setAsked(false)
          onYes()
        }}
      >
        {yes}
      </button>{' '}
      <button type="button" ref={no} onClick={() => setAsked(false)}>
        {words.views.no}
      </button>
    </span>
  )
}
