// The report that was sent last, with the question which place it meant, and the reports that this
// key posted: what became of each, its correction and its withdrawal.

import { useState } from 'preact/hooks'
import { hidesTexts } from '../records/report.ts'
import type { OpenedReport } from '../shown/answers.ts'
import { Button } from '../view/parts/basics.tsx'
import { words } from '../words/words.ts'
import { type Category, nameCategories } from './category-names.ts'
import {
  correct,
  loadMine,
  mine,
  mineFailure,
  openById,
  report,
  type SentReport,
  sending,
  sendPlace,
  sent,
  spotWords,
  startAnother,
  timeText,
  withdraw
} from './reporter-state.ts'

export function LastSent() {
  const last = sent.value
  if (last === null) return null
  const { place, reportId } = last.answer
  const { spot } = last
  return (
    <section class="quest picked" aria-label={words.report.sentAs(reportId)}>
      <p>
        <b>{words.report.sentAs(reportId)}</b>
      </p>
      {spot === undefined ? null : <p>{words.report.placed(spotWords(spot))}</p>}
      {place === undefined || spot !== undefined ? null : (
        <p>
          {words.report.resolutions[place.resolution as keyof typeof words.report.resolutions] ??
            place.resolution}{' '}
          {place.resolution === 'ambiguous' || place.hint === undefined ? null : place.hint}
        </p>
      )}
      {place?.resolution === 'ambiguous' ? <Spots last={last} /> : null}
    </section>
  )
}

function Spots({ last }: { readonly last: SentReport }) {
  const { candidates = [], omitted = 0 } = last.answer.place ?? {}
  return (
    <ul class="spots">
      {candidates.map(spot => (
        <li key={`${spot.lat} ${spot.lon}`}>
          <Button
            disabled={sending.value.kind === 'asking'}
            onClick={() => void sendPlace(last, spot)}
          >
            <b>{spotWords(spot)}</b>{' '}
            <span class="hint fine">
              {spot.lat.toFixed(2)}, {spot.lon.toFixed(2)}
            </span>
          </Button>
        </li>
      ))}
      {omitted === 0 ? null : <li>{words.report.furtherSpots(omitted)}</li>}
    </ul>
  )
}

export function Mine() {
  const [id, setId] = useState('')
  const all = mine.value
  const open = (event: Event) => {
    event.preventDefault()
    void openById(id.trim().toLowerCase())
  }
  return (
    <details
      class="quest"
      onToggle={event => {
        if (event.currentTarget.open && mine.peek() === null) void loadMine()
      }}
    >
      <summary>{words.report.mine}</summary>
      <p role="status">
        {mineFailure.value === '' && all === null ? words.report.asking : mineFailure.value}
      </p>
      {all?.length === 0 ? <p>{words.report.none}</p> : null}
      <ul class="mine">
        {(all ?? []).map(opened => (
          <Item key={opened.reportId} opened={opened} />
        ))}
      </ul>
      <form class="field" onSubmit={open}>
        <label for="open-id">{words.report.openById}</label>
        <div class="two">
          <input
            id="open-id"
            autocomplete="off"
            value={id}
            onInput={event => setId(event.currentTarget.value)}
          />
          <button type="submit">{words.report.open}</button>
        </div>
      </form>
    </details>
  )
}

function Item({ opened }: { readonly opened: OpenedReport }) {
  const { reportId, report: said, withdrawn, assembled, alerts, hindrances } = opened
  const why = hindrances.map(({ reason, detail }) => detail ?? reason.replaceAll('-', ' '))
  const category = said?.category as Category | undefined
  return (
    <li aria-label={words.report.sentAs(reportId)}>
      <p>
        <b>
          {category === undefined ? words.report.sentAs(reportId) : nameCategories()[category]}
          {said === null ? '' : `, ${said.place.name ?? ''}`}
        </b>{' '}
        <span class="hint fine">{said === null ? '' : said.occurred.from.slice(0, 10)}</span>
      </p>
      <p class="hint fine">{words.report.sentAs(reportId)}</p>
      {withdrawn === null ? (
        <>
          <p>
            {assembled
              ? `${alerts.length === 0 ? words.report.noAlert : words.report.alerts(alerts.length)} ${why.join('; ')}`
              : words.report.notYet}
          </p>
          {hidesTexts(opened) ? <p class="hint fine">{words.report.hidesTexts}</p> : null}
          <p class="line">
            <Button
              disabled={sending.value.kind === 'asking'}
              onClick={() => {
                correct(opened)
                scrollTo(0, 0)
              }}
            >
              {words.report.correct}
            </Button>
            {report.typed.value.of?.reportId === reportId ? (
              <Button onClick={startAnother}>{words.report.startAnother}</Button>
            ) : null}
          </p>
          <Withdrawal id={reportId} />
        </>
      ) : (
        <p>
          {words.report.withdrawnAt(timeText(withdrawn.at))} <bdi>{withdrawn.reason}</bdi>
        </p>
      )}
    </li>
  )
}

function Withdrawal({ id }: { readonly id: string }) {
  const [reason, setReason] = useState<string | null>(null)
  if (reason === null)
    return (
      <p>
        <Button onClick={() => setReason('')}>{words.report.withdraw}</Button>
      </p>
    )
  const submit = (event: Event) => {
    event.preventDefault()
    void withdraw(id, reason.trim())
  }
  return (
    <form class="field" onSubmit={submit} aria-label={words.report.withdraw}>
      <label for={`reason-${id}`}>{words.report.withdrawReason}</label>
      <input
        id={`reason-${id}`}
        required
        maxLength={1_000}
        autocomplete="off"
        value={reason}
        onInput={event => setReason(event.currentTarget.value)}
      />
      <p class="hint fine">{words.report.withdrawHint}</p>
      <p class="line">
        <button type="submit">{words.report.withdrawSend}</button>
        <Button onClick={() => setReason(null)}>{words.report.withdrawNot}</Button>
      </p>
    </form>
  )
}
