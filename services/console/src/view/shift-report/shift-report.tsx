// The shift report: counts, a note, and each alert once with what became of it; to be read out,
// printed or sent.

import { Button } from '../parts/basics.tsx'
import '../../style/shift-report.css'
import { type ComponentChildren, Fragment } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { copy } from '../../http/clipboard.ts'
import {
  countWords,
  formatText,
  lineWords,
  listPart,
  ownerWords,
  type ReportItem,
  type ReportPart,
  reportParts,
  tagWords
} from '../../records/shift-report.ts'
import { address, setAddress } from '../../state/address.ts'
import { lastGapMs, nowMs } from '../../state/console-state.ts'
import { openView, openViews } from '../../state/current-view.ts'
import {
  hasFailed,
  type MadeReport,
  madeReport,
  makeOnce,
  makeReport,
  newer,
  openReport,
  shiftNote,
  since
} from '../../state/shift-report.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, AlertMark, sinceHere } from '../parts/alert-mark.tsx'
import { InstantField } from '../parts/form.tsx'
import { ViewLink, ViewPage } from '../parts/view-page.tsx'

const shifts = [8, 24]
const hourMs = 3_600_000
const formatIso = (ms: number) => new Date(ms).toISOString()
const from = (ms: number) => setAddress({ since: formatIso(ms) })

export function ShiftReportView() {
  useState(openReport)
  const { ms } = since.value
  useEffect(() => makeOnce(ms), [ms])
  const made = madeReport.value
  return (
    <ViewPage title={words.views.names['hand-over']}>
      <Since />
      {made === null ? <NotMade /> : <Report made={made} />}
    </ViewPage>
  )
}

function NotMade() {
  const told = words.shiftReport
  return hasFailed.value ? (
    <div role="alert" class="report-tools line">
      <p>{told.notMade}</p>
      <Button onClick={() => void makeReport()}>{told.again}</Button>
    </div>
  ) : (
    <p role="status">{words.queue.loading}</p>
  )
}

function Since() {
  const told = words.shiftReport
  const { ms: sinceMs, isRefused } = since.value
  const gapMs = lastGapMs.value
  const take = (text: string) => {
    const ms = Date.parse(`${text}Z`)
    // What is no time is said to be none; the field goes back to what counts.
    setAddress({ since: Number.isNaN(ms) ? '?' : formatIso(ms) })
  }
  return (
    <div class="report-tools line">
      {shifts.map(hours => (
        <Button key={hours} onClick={() => from(nowMs.peek() - hours * hourMs)}>
          {told.hours(hours)}
        </Button>
      ))}
      {gapMs === null ? null : (
        <Button onClick={() => from(gapMs)}>{told.gap(sinceHere(gapMs))}</Button>
      )}
      <InstantField label={told.since} ms={sinceMs} onTyped={take} />
      {isRefused ? <p role="alert">{told.sinceRefused}</p> : null}
    </div>
  )
}

function Report({ made }: { readonly made: MadeReport }) {
  const told = words.shiftReport
  const { report, around, caveats } = made
  const span = words.time.span(timeWords(formatIso(made.sinceMs)), timeWords(formatIso(made.atMs)))
  const text = formatText(report, { span, caveats, note: shiftNote.value, around })
  return (
    <>
      <Doings text={text} atMs={made.atMs} />
      <article class="paper as-grid gap-3">
        <p class="soft">{span}</p>
        {caveats.map(caveat => (
          <p key={caveat} role="alert">
            {caveat}
          </p>
        ))}
        <dl class="nums">
          {countWords(report.counts).map(([count, what], i) => (
            <div
              key={what}
              class={`as-grid ${i === 0 && report.counts.unacknowledged > 0 ? 'hot' : ''}`}
            >
              <dt>{what}</dt>
              <dd>{count}</dd>
            </div>
          ))}
        </dl>
        <label class="as-grid gap-2">
          <span class="fine soft">{told.note}</span>
          <textarea
            rows={2}
            dir="auto"
            value={shiftNote.value}
            onInput={event => {
              shiftNote.value = event.currentTarget.value
            }}
          />
        </label>
        {reportParts.map(part => (
          <Part key={part} part={part} items={listPart(report, part)} />
        ))}
        <footer class="soft">
          {report.omitted > 0 ? <p>{told.omitted(report.omitted)}</p> : null}
          {report.unchanged > 0 ? <p>{told.unchanged(report.unchanged)}</p> : null}
          {around.map(({ kind, lines }) =>
            lines.length === 0 ? null : (
              <Lines key={kind} title={told.aroundParts[kind]}>
                {lines.map(line => (
                  <li key={line.key}>
                    {line.isGrave ? <b>{told.grave} </b> : null}
                    <bdi>{line.text}</bdi>
                  </li>
                ))}
              </Lines>
            )
          )}
        </footer>
      </article>
      <details class="report-text">
        <summary>{told.asText}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to. */}
        <pre class="excerpt breaks scrolls" tabIndex={0}>
          {text}
        </pre>
      </details>
    </>
  )
}

function Lines({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h4>{title}</h4>
      <ul>{children}</ul>
    </section>
  )
}

function Doings({ text, atMs }: { readonly text: string; readonly atMs: number }) {
  const told = words.shiftReport
  const [said, setSaid] = useState('')
  const say = async (content: string) =>
    setSaid(await copy(content, { done: told.copied, not: told.notCopied }))
  const nextLink = () => {
    const query = new URLSearchParams(address.value)
    query.set('since', formatIso(atMs))
    return new URL(`?${query}`, location.href).href
  }
  return (
    <div class="report-tools line">
      <Button onClick={() => void makeReport()}>{told.again}</Button>
      <Button onClick={() => say(text)}>{told.copy}</Button>
      <Button onClick={() => say(nextLink())}>{told.nextLink}</Button>
      <Button onClick={() => print()}>{words.alert.print}</Button>
      {openViews.value.includes('watches') ? (
        <Button class="primary" onClick={() => openView('watches')}>
          {told.handOver}
        </Button>
      ) : null}
      <span role="status">
        {said}
        {newer.value > 0 ? ` ${told.newer(newer.value)}` : ''}
      </span>
    </div>
  )
}

/** Alerts under a heading that are drawn at first, and more at a time. */
const pageSize = 200

function Part({ part, items }: { part: ReportPart; items: readonly ReportItem[] }) {
  const told = words.shiftReport
  const [shown, setShown] = useState(pageSize)
  const left = items.length - shown
  if (items.length === 0 && part !== 'needed') return null
  return (
    <section class={`report-part is-${part}`}>
      <h3>
        {told.parts[part]} ({items.length})
      </h3>
      {items.length === 0 ? <p>{told.none}</p> : null}
      <ul>
        {items.slice(0, shown).map(item => (
          <Item key={item.alert.alertId} {...item} />
        ))}
      </ul>
      {left > 0 ? (
        <Button onClick={() => setShown(shown + pageSize)}>
          {told.more(Math.min(left, pageSize), left)}
          <span class="visually-hidden"> {told.parts[part]}</span>
        </Button>
      ) : null}
    </section>
  )
}

function Item({ alert, tags, notified }: ReportItem) {
  const told = words.shiftReport
  return (
    <li class="report-item as-grid gap-2 breaks">
      <AlertMark severity={alert.severity} pattern={alert.pattern} />
      <div>
        {alert.drill ? <b class="drill">{words.queue.drill} </b> : null}
        <ViewLink to="alerts" class="strong" members={{ alert: alert.alertId }}>
          <AlertHeadline alert={alert} />
        </ViewLink>
        <p class="soft">
          <bdi>{lineWords({ alert, notified })}</bdi>
        </p>
      </div>
      <bdi class="soft">{ownerWords(alert)}</bdi>
      <span class="tags">
        {tags.length === 0 ? <span class="tag">{told.noChange}</span> : null}
        {tags.map(tag => (
          <Fragment key={tag.kind}>
            <span class={`tag ${tag.kind === 'escalated' ? 'hot' : ''}`} title={timeWords(tag.at)}>
              {tagWords(tag, alert)}
            </span>{' '}
          </Fragment>
        ))}
      </span>
    </li>
  )
}
