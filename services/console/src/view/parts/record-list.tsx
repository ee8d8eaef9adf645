// A list of records that are asked for: what is wrong with it, that it is awaited, that it is empty,
// or its records, and older ones where there are more.

import '../../style/records.css'
import { type ComponentChildren, Fragment } from 'preact'
import type { Pages, Resource } from '../../state/resource.ts'
import { words } from '../../words/words.ts'
import { Failure } from './failure.tsx'

interface ListProps<T> {
  readonly of: Pick<Resource<unknown>, 'state'> | Omit<Pages<unknown>, 'all'>
  /** In the order of the list; null: not loaded yet. */
  readonly items: readonly T[] | null
  readonly keyOf: (item: T) => string
  readonly label: string
  /** Text of the empty list. */
  readonly none: string
  /** Of the button for older ones. */
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
          <button type="button" onClick={() => void of.loadOlder()}>
            {older}
          </button>
        </p>
      ) : null}
    </>
  )
}

interface RecordProps {
  /** A level or a state, for its colour. */
  readonly is?: string
  readonly title: ComponentChildren
  /** Opens it. */
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
          <button type="button" class="as-link" onClick={onOpen}>
            <bdi>{title}</bdi>
          </button>
        )}{' '}
        {mark}
      </Heading>
      {children}
    </li>
  )
}

/** Leads from one record, or from the form of a new one, back to the list. */
export function BackButton({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <p>
      <button type="button" onClick={onBack}>
        {label}
      </button>
    </p>
  )
}
