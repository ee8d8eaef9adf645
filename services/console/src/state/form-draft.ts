// What is typed and not sent: it survives a look at another view, a refusal and a lost link, and
// goes with the page; and a form, with its outcome once it was sent.

import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { type Command, type CommandOptions, command } from './command.ts'
import { holdTyped } from './typed.ts'

/** What is typed about several subjects, each by its key. */
export interface Drafts<T> {
  /** Undefined: no draft. */
  readonly of: (key: string) => T | undefined
  /** Undefined drops it. */
  readonly put: (key: string, draft: T | undefined) => void
}

/** `isTyped`: whether one has anything that could be lost. */
export function makeDrafts<T>(isTyped: (draft: T) => boolean = () => true): Drafts<T> {
  const all = signal<ReadonlyMap<string, T>>(new Map())
  holdTyped(() => [...all.value.values()].some(isTyped))
  return {
    of: key => all.value.get(key),
    put: (key, draft) => {
      const next = new Map(all.peek())
      if (draft === undefined) next.delete(key)
      else next.set(key, draft)
      all.value = next
    }
  }
}

export interface FormDraft<T> {
  /** What the form shows. */
  readonly typed: ReadonlySignal<T>
  readonly change: (members: Partial<T>) => void
  /** Whether anything shown was typed. */
  readonly isTyped: () => boolean
  /** Drops what was typed. */
  readonly clear: () => void
  /**
   * Shows another subject of this form: as it was left, else as given. What was typed for the
   * previous one is stored.
   */
  readonly show: (draft: T) => void
  /** Drops what was typed of this one, and shows it as given if it is the one that is shown. */
  readonly restart: (draft: T) => void
  /**
   * `sent` was accepted. What was typed in the form meanwhile stays, as `onward` makes it; else the
   * form shows `next`, by default its initial content. Returns true if no input was typed
   * meanwhile.
   */
  readonly settle: (sent: T, next?: T, onward?: (later: T) => T) => boolean
  /** What was typed for this key and not sent; undefined: none. */
  readonly typedOf: (key: string) => T | undefined
  /** Drops that. */
  readonly drop: (key: string) => void
}

/**
 * `begin` makes what the form shows before any input. `keyOf` identifies the subject of a form, one
 * at a time: each rule has its own text.
 */
export function formDraft<T extends object>(
  begin: () => T,
  keyOf: (draft: T) => string = () => ''
): FormDraft<T> {
  const drafts = makeDrafts<T>()
  /** What the form shows until something is typed. */
  const begun = signal<T>(begin())
  const shownKey = () => keyOf(begun.value)
  const typed = computed(() => drafts.of(shownKey()) ?? begun.value)
  const restart = (draft: T) => {
    drafts.put(keyOf(draft), undefined)
    if (keyOf(draft) === shownKey()) begun.value = draft
  }
  const drop = (key: string) => {
    drafts.put(key, undefined)
    if (key === shownKey()) begun.value = begin()
  }
  return {
    typed,
    change: members => drafts.put(shownKey(), { ...typed.value, ...members }),
    isTyped: () => drafts.of(shownKey()) !== undefined,
    clear: () => drop(shownKey()),
    show: draft => {
      if (keyOf(draft) !== shownKey()) begun.value = draft
    },
    restart,
    typedOf: drafts.of,
    drop,
    settle: (sent, next = begin(), onward = later => later) => {
      const key = keyOf(sent)
      const later = drafts.of(key)
      // Drafts are replaced, never changed: the same object is what was sent.
      const isSame = later === sent || later === undefined
      const shown = isSame ? next : onward(later)
      drafts.put(key, undefined)
      if (key === shownKey()) begun.value = shown
      if (!isSame) drafts.put(keyOf(shown), shown)
      return isSame
    }
  }
}

export interface Form<T> extends FormDraft<T>, Command {
  /**
   * Sends what is typed. Null: it was refused. `isAll`: no input was typed meanwhile. `next`: what
   * the form shows then; `onward`: what was typed meanwhile, on top of what was made.
   */
  readonly submit: <B>(
    ask: (sent: T) => Promise<Answer<B>>,
    done: (body: B, sent: T) => string,
    next?: (body: B) => T,
    onward?: (later: T, body: B) => T
  ) => Promise<{ readonly body: B; readonly isAll: boolean } | null>
}

interface FormOptions<T> extends CommandOptions {
  /** Identifies the subject of the form, one at a time. */
  readonly keyOf?: (draft: T) => string
}

/** A draft with the command that sends it. */
export function form<T extends object>(
  begin: () => T,
  { keyOf = () => '', ...options }: FormOptions<T> = {}
): Form<T> {
  const draft = formDraft(begin, keyOf)
  const sending = command(options)
  const submit: Form<T>['submit'] = async (ask, done, next = begin, onward = later => later) => {
    const sent = draft.typed.peek()
    const made = await sending.send(
      () => ask(sent),
      body => done(body, sent)
    )
    if (made === null) return null
    const { body } = made
    return { body, isAll: draft.settle(sent, next(body), later => onward(later, body)) }
  }
  return { ...draft, ...sending, submit }
}
