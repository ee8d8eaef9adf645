// Lists of records that are asked for, and parts of them: a state as shape and word, named facts, and
// texts of others.

import { Button } from './basics.tsx'
import '../../style/records.css'
import { type ComponentChildren, Fragment } from 'preact'
import type { Asked } from '../../shown/answers.ts'
import type { Pages, Resource } from '../../state/resource.ts'
import { words } from '../../words/words.ts'

interface ListProps<T> {
  readonly of: Pick<Resource<unknown>, 'state'> | Omit<Pages<unknown>, 'all'>
  /** In the order of the list; null: not loaded yet. */
  readonly items: readonly T[] | null
  readonly keyOf: (item: T) => string
  readonly label: string
  readonly none: string
  readonly older?: string
  readonly draw: (item: T) => ComponentChildren
}

export function RecordList<T>({ of, items, keyOf, label, none, older, draw }: ListProps<T>) {
  // A record added while a page was requested may appear on the next page too.
  const once = new Map(items?.map(item => [keyOf(item), item]))
  const hasOlder = 'next' in of && of.next.value !== null
  return (
    <>
      <Failure failure={of.state.value.failure} />
      {items === null || items.length === 0 ? (
        <p role="status">{items === null ? words.views.asking : none}</p>
      ) : (
        <ul class="records" aria-label={label}>
          {[...once].map(([key, item]) => (
            <Fragment key={key}>{draw(item)}</Fragment>
          ))}
        </ul>
      )}
      {hasOlder ? (
        <p>
          <Button onClick={() => void of.loadOlder()}>{older}</Button>
        </p>
      ) : null}
    </>
  )
}

interface RecordProps {
  /** A level or a state, for its colour. */
  readonly is?: string
  readonly title: ComponentChildren
  readonly onOpen?: () => void
  /** Its heading is one level below others of the list. */
  readonly isUnder?: boolean
  /** Behind the title. */
  readonly mark?: ComponentChildren
  readonly children?: ComponentChildren
}

export function Record({ is, title, onOpen, isUnder = false, mark, children }: RecordProps) {
  const Heading = isUnder ? 'h4' : 'h3'
  return (
    <li class={`record ${is === undefined ? '' : `is-${is}`}`}>
      <Heading>
        {onOpen === undefined ? (
          <bdi>{title}</bdi>
        ) : (
          <Button class="as-link" onClick={onOpen}>
            <bdi>{title}</bdi>
          </Button>
        )}{' '}
        {mark}
      </Heading>
      {children}
    </li>
  )
}

export function BackButton({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <p>
      <Button onClick={onBack}>{label}</Button>
    </p>
  )
}

export type Level = 'good' | 'warn' | 'bad' | 'unknown'
const levelMarks: Readonly<Record<Level, string>> = { good: '●', warn: '◐', bad: '✕', unknown: '○' }

/** A state: never by colour alone. */
export function Mark({ level, text }: { readonly level: Level; readonly text: string }) {
  return (
    <span class={`mark ${level}`}>
      <span aria-hidden="true">{levelMarks[level]}</span> {text}
    </span>
  )
}

type NamedFact = readonly [name: string, content: ComponentChildren, isLong?: boolean]

/** Named facts; empty ones are omitted. A long one has its own line. */
export function Facts({ of }: { readonly of: readonly (NamedFact | null)[] }) {
  const told = of.filter(each => each !== null && each[1] !== null && each[1] !== undefined)
  return (
    <dl class="facts-row as-grid">
      {(told as readonly NamedFact[]).map(([name, content, isLong = false]) => (
        <div key={name} class={isLong ? 'is-long' : undefined}>
          <dt>{name}</dt>
          <dd>
            <bdi>{content}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function Failure({ failure }: { readonly failure: Asked<unknown>['failure'] }) {
  if (failure === null) return null
  return (
    <p class="failure" role="alert">
      <span aria-hidden="true">✕</span>{' '}
      {failure === 'unreachable' ? words.views.notAnswered : words.views.notTold(failure.detail)}
    </p>
  )
}

export function Excerpt({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <pre class="excerpt breaks scrolls" tabIndex={0}>
      <bdi>{text}</bdi>
    </pre>
  )
}

/** Characters from which a text may be higher than its box. */
const longFrom = 800

export function Narrative({ text, label }: { readonly text: string; readonly label: string }) {
  const scrolls =
    text.length >= longFrom ? { tabIndex: 0, role: 'region' as const, 'aria-label': label } : {}
  return (
    <div class={text.length >= longFrom ? 'narrative is-long' : 'narrative'} {...scrolls}>
      <bdi>{text}</bdi>
    </div>
  )
}
