// The hand-over: all that changed since a time, to be read out, printed or sent.

import { useEffect, useRef, useState } from 'preact/hooks'
import {
  type AroundPart,
  type HandOverItem,
  type HandOverPart,
  handOverParts
} from '../../change/hand-over.ts'
import {
  emptyParts,
  handOverEventWords,
  handOverFacts,
  handOverSpan,
  sitrepOf
} from '../../change/sitrep.ts'
import { copy } from '../../http/clipboard.ts'
import { address, setAddress } from '../../state/address.ts'
import { bySuite, lastGapMs, suiteNowMs } from '../../state/console-state.ts'
import { hrefOf } from '../../state/current-view.ts'
import {
  caveatsOf,
  handOver,
  isPictureWhole,
  type MadeHandOver,
  makeHandOver,
  makeOnce,
  newer,
  openHandOver,
  since
} from '../../state/hand-over.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { sinceHere } from '../parts/since-here.ts'
import { SuiteProse } from '../parts/suite-prose.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import '../../style/hand-over.css'

const shifts = [4, 8, 12, 24]
const hourMs = 3_600_000
const isoOf = (ms: number) => new Date(ms).toISOString()
/** As an input of a date and a time has it, without its zone: it is said to be UTC. */
const fieldOf = (ms: number) => isoOf(ms).slice(0, 16)
/**
 * A time is typed part by part: the hour of last night stands for a moment beside the day of this
 * morning.
 */
const typingRestMs = 700

export function HandOver() {
  useState(openHandOver)
  const { ms } = since.value
  const isWhole = isPictureWhole.value
  const madeSinceMs = useRef<number | null>(null)
  useEffect(() => {
    if (makeOnce(ms, madeSinceMs.current)) madeSinceMs.current = ms
  }, [ms, isWhole])
  const state = handOver.value
  return (
    <ViewPage title={words.views.names['hand-over']} lead={words.handOver.lead}>
      <Since />
      {state.kind === 'made' ? (
        <Document made={state.made} />
      ) : (
        <p role="status">
          {state.kind === 'loading'
            ? words.handOver.loading(state.done, state.all)
            : words.queue.loading}
        </p>
      )}
    </ViewPage>
  )
}

/** What is typed for the time: taken after a rest, or when the field is left. */
function useTypedSince() {
  const [typed, setTyped] = useState<string | null>(null)
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(resting.current), [])
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(resting.current)
    const ms = Date.parse(`${text}Z`)
    // What is still to come may be half of what is meant.
    resting.current = setTimeout(() => {
      if (!(ms <= suiteNowMs.peek())) return
      setAddress({ since: isoOf(ms) })
      setTyped(null)
    }, typingRestMs)
  }
  const take = () => {
    clearTimeout(resting.current)
    if (typed === null) return
    const ms = Date.parse(`${typed}Z`)
    // What is no time is said to be none; the field goes back to what counts.
    setAddress({ since: Number.isNaN(ms) ? '?' : isoOf(ms) })
    setTyped(null)
  }
  return { typed, type, take }
}

function Since() {
  const { handOver: texts } = words
  const from = (ms: number) => setAddress({ since: isoOf(ms) })
  const { ms: sinceMs, isRefused } = since.value
  const gapMs = lastGapMs.value
  const { typed, type, take } = useTypedSince()
  return (
    <div class="hand-over-since">
      <label class="choice">
        <span>{texts.since}</span>
        <input
          type="datetime-local"
          value={typed ?? fieldOf(sinceMs)}
          onInput={event => type(event.currentTarget.value)}
          onBlur={take}
          onKeyDown={event => {
            if (event.key === 'Enter') take()
          }}
        />
      </label>
      {isRefused ? <p role="alert">{texts.sinceRefused}</p> : null}
      {gapMs === null ? null : (
        <button type="button" onClick={() => from(bySuite(gapMs))}>
          {texts.gap(sinceHere(gapMs))}
        </button>
      )}
      {shifts.map(hours => (
        <button key={hours} type="button" onClick={() => from(suiteNowMs.peek() - hours * hourMs)}>
          {texts.hours(hours)}
        </button>
      ))}
    </div>
  )
}

function Document({ made }: { readonly made: MadeHandOver }) {
  const { handOver: texts } = words
  const { handOver: parts, atMs } = made
  const span = handOverSpan(parts, made.sinceMs, atMs)
  const caveats = caveatsOf(made)
  const empty = emptyParts(parts, made.around)
  const text = sitrepOf(parts, span, caveats, made.around)
  return (
    <>
      <p>
        <b>{span}</b>
      </p>
      <Doings text={text} atMs={atMs} />
      {caveats.map(caveat => (
        <p key={caveat} role="alert">
          {caveat}
        </p>
      ))}
      {handOverParts.map(part =>
        parts[part].length === 0 ? null : <Part key={part} part={part} items={parts[part]} />
      )}
      {made.around.map(part =>
        part.lines.length === 0 ? null : <AroundAlerts key={part.kind} {...part} />
      )}
      {empty.length === 0 ? null : <p class="soft">{texts.noneUnder(empty)}</p>}
      <details class="hand-over-text">
        <summary>{texts.asText}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to. */}
        <pre tabIndex={0}>{text}</pre>
      </details>
    </>
  )
}

function Doings({ text, atMs }: { readonly text: string; readonly atMs: number }) {
  const { handOver: texts } = words
  const [told, setTold] = useState('')
  const say = async (content: string) =>
    setTold(await copy(content, { done: texts.copied, not: texts.notCopied }))
  const nextLink = () => {
    const query = new URLSearchParams(address.value)
    query.set('since', isoOf(atMs))
    return new URL(`?${query}`, location.href).href
  }
  return (
    <div class="hand-over-doings">
      <button type="button" onClick={() => void makeHandOver()}>
        {texts.again}
      </button>
      <button type="button" onClick={() => print()}>
        {texts.print}
      </button>
      <button type="button" class="primary" onClick={() => say(text)}>
        {texts.copy}
      </button>
      <button type="button" onClick={() => say(nextLink())}>
        {texts.nextLink}
      </button>
      <span role="status">
        {told}
        <Newer />
      </span>
    </div>
  )
}

function Newer() {
  return <>{newer.value > 0 ? ` ${words.handOver.newer(newer.value)}` : ''}</>
}

/**
 * Alerts under a heading that are drawn at first, and more at a time: those of a shift are all
 * there, to be printed too.
 */
const pageSize = 1_000

function Part({
  part,
  items
}: {
  readonly part: HandOverPart
  readonly items: readonly HandOverItem[]
}) {
  const { handOver: texts } = words
  const [shown, setShown] = useState(pageSize)
  const left = items.length - shown
  return (
    <section class={`hand-over-part is-${part}`}>
      <h3>
        {texts.parts[part]} ({items.length})
      </h3>
      <ul>
        {items.slice(0, shown).map(item => (
          <Item key={item.alert.alertId} part={part} {...item} />
        ))}
      </ul>
      {left > 0 ? (
        <button type="button" onClick={() => setShown(shown + pageSize)}>
          {texts.more(Math.min(left, pageSize), left)}
          <span class="visually-hidden"> {texts.parts[part]}</span>
        </button>
      ) : null}
    </section>
  )
}

function AroundAlerts({ kind, lines }: AroundPart) {
  const { handOver: texts } = words
  return (
    <section class={`hand-over-part is-${kind}`}>
      <h3>
        {texts.aroundParts[kind]} ({lines.length})
      </h3>
      <ul>
        {lines.map(({ key, text, isGrave }) => (
          <li key={key} class={`hand-over-item ${isGrave ? 'sev-severe' : ''}`}>
            {isGrave ? <b>{texts.grave} </b> : null}
            <bdi>{text}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Item({ part, alert, events, omitted }: HandOverItem & { readonly part: HandOverPart }) {
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    setAddress({ view: null, alert: alert.alertId }, { push: true })
  }
  return (
    <li class={`hand-over-item sev-${alert.severity}`}>
      <p>
        <SeverityMark severity={alert.severity} />{' '}
        {alert.drill ? <b class="drill">{words.queue.drill}</b> : null}{' '}
        <a
          href={`${hrefOf('alerts')}${hrefOf('alerts') === './' ? '?' : '&'}alert=${encodeURIComponent(alert.alertId)}`}
          onClick={open}
        >
          <SuiteProse text={alert.headline} />
        </a>{' '}
        <span class="soft">
          {handOverFacts(part, alert).map((fact, i) => (
            <>
              {i === 0 ? '' : ' · '}
              <bdi>{fact}</bdi>
            </>
          ))}
        </span>
      </p>
      {omitted === 0 ? null : (
        <p class="hand-over-event">
          <b>{words.handOver.omitted(omitted)}</b>
        </p>
      )}
      {events.map(event => (
        <p key={event.id} class="hand-over-event">
          <bdi>{handOverEventWords(event)}</bdi>
        </p>
      ))}
    </li>
  )
}
