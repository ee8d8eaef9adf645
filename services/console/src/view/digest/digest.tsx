// The weekly digest of a theatre: areas well above their usual week with numbers, the situations that
// stood, and the budget of false alarms.

import { Button } from '../parts/basics.tsx'
import '../../style/digest.css'
import '../../style/records.css'
import { type DigestAsk, weekAfter } from '../../records/response-times.ts'
import type { Digest, DigestAlert } from '../../shown/answers.ts'
import { setAddress } from '../../state/address.ts'
import { digest, digestAsk } from '../../state/asked-reports.ts'
import { nowIn, theatres, theatreWords } from '../../state/console-state.ts'
import { useResource } from '../../state/resource.ts'
import { areaWords } from '../../words/code-names.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline, SeverityMark } from '../parts/alert-mark.tsx'
import { Figures } from '../parts/figures.tsx'
import { Choice } from '../parts/form.tsx'
import { Facts, Failure } from '../parts/records.tsx'
import { ViewLink, ViewPage } from '../parts/view-page.tsx'

const askEveryMs = 5 * 60_000

export function DigestView() {
  const told = words.digest
  const asked = digestAsk.value
  return (
    <ViewPage title={told.title} lead={told.lead}>
      {asked === null ? <p role="status">{told.noTheatre}</p> : <OfTheatre asked={asked} />}
    </ViewPage>
  )
}

function OfTheatre({ asked }: { readonly asked: DigestAsk }) {
  const { body, failure } = useResource(digest, askEveryMs)
  return (
    <>
      <Asked asked={asked} shown={body} />
      <Failure failure={failure} />
      {body === null ? <p role="status">{words.views.asking}</p> : <Week digest={body} />}
    </>
  )
}

function Asked({ asked, shown }: { readonly asked: DigestAsk; readonly shown: Digest | null }) {
  const told = words.digest
  const all = theatres.value
  const nowMs = nowIn(asked.theatre)
  const next = shown === null ? null : weekAfter(shown.from, 1, nowMs)
  const previous = shown === null ? null : weekAfter(shown.from, -1, nowMs)
  return (
    <div class="line">
      {all.length < 2 ? null : (
        <Choice
          label={words.filters.facets.theatre}
          value={asked.theatre}
          options={all.map(({ id }) => [id, theatreWords(id)])}
          onPick={item => setAddress({ item })}
        />
      )}
      <Button disabled={previous === null} onClick={() => setAddress({ week: previous })}>
        {words.views.weekBefore}
      </Button>
      <Button disabled={next === null} onClick={() => setAddress({ week: next })}>
        {words.views.weekAfter}
      </Button>
      <Button disabled={asked.week === null} onClick={() => setAddress({ week: null })}>
        {told.last}
      </Button>
    </div>
  )
}

function Week({ digest: shown }: { readonly digest: Digest }) {
  const told = words.digest
  const { from, to, isOver, attacks, usual, chance, trend, baseDays, budget } = shown
  return (
    <>
      <p class="digest-total" role="status">
        {words.time.span(dayWords(from), dayWords(to))}: <b>{told.total(attacks)}</b>
        {usual === null || chance === null
          ? ''
          : `, ${told.usually(usual)} (${told.chanceOf(chance)})`}{' '}
        <WeekBars counts={trend} /> {isOver ? '' : told.lasts}
      </p>
      <Areas digest={shown} />
      <p class="soft">
        {usual === null ? told.learning(baseDays) : `${told.base(baseDays)} ${told.chanceHint}`}
      </p>
      <section aria-label={told.situations}>
        <h3>{told.situations}</h3>
        {shown.situations.length === 0 ? (
          <p>{told.noSituations}</p>
        ) : (
          <AlertList alerts={shown.situations} />
        )}
      </section>
      {budget === null ? null : <Budget budget={budget} />}
    </>
  )
}

function Areas({ digest: { areas, areasOmitted } }: { readonly digest: Digest }) {
  const told = words.digest
  if (areas.length === 0) return <p>{told.none}</p>
  return (
    <>
      <Figures
        isCaptioned
        label={told.table}
        columns={[words.filters.facets.admin1, told.attacks, told.usual, told.chance, told.trend]}
        rows={areas.map(({ admin1, attacks, usual, chance, trend, alerts }) => ({
          key: admin1,
          cells: [
            <>
              <bdi>{areaWords(admin1)}</bdi>
              {alerts.length === 0 ? null : (
                <div class="digest-found as-grid">
                  {alerts.map(alert => (
                    <AlertLink key={alert.alertId} alert={alert} />
                  ))}
                </div>
              )}
            </>,
            <b>{attacks.toLocaleString(words.language)}</b>,
            usual?.toLocaleString(words.language, { maximumSignificantDigits: 2 }) ??
              told.notCompared,
            chance === null ? told.notCompared : told.chanceOf(chance),
            <WeekBars counts={trend} />
          ]
        }))}
      />
      {areasOmitted === 0 ? null : <p class="soft">{told.omitted(areasOmitted)}</p>}
    </>
  )
}

function AlertList({ alerts }: { readonly alerts: readonly DigestAlert[] }) {
  return (
    <ul class="digest-alerts as-grid gap-2">
      {alerts.map(alert => (
        <li key={alert.alertId} class="line">
          <SeverityMark severity={alert.severity} />
          <AlertLink alert={alert} />
          <span class="soft">
            {words.statuses[alert.status]} · {words.time.since(dayWords(alert.from))}
          </span>
        </li>
      ))}
    </ul>
  )
}

function AlertLink({ alert }: { readonly alert: DigestAlert }) {
  return (
    <ViewLink to="alerts" members={{ week: null, alert: alert.alertId }}>
      <AlertHeadline alert={alert} />
    </ViewLink>
  )
}

function Budget({ budget }: { readonly budget: NonNullable<Digest['budget']> }) {
  const told = words.digest
  const { declared, spent, falseAlarms } = budget
  return (
    <section aria-label={told.budgetTitle}>
      <h3>{told.budgetTitle}</h3>
      <Facts
        of={[
          [told.allowed, declared.toLocaleString(words.language)],
          [told.spent, spent.toLocaleString(words.language)],
          [told.judged, falseAlarms.toLocaleString(words.language)]
        ]}
      />
      <p class="soft">{told.budgetHint}</p>
    </section>
  )
}

const barPx = 7
const gapPx = 2
const heightPx = 18

function WeekBars({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts)
  const width = counts.length * (barPx + gapPx)
  return (
    <>
      <span class="visually-hidden">
        {words.digest.trend}: {words.digest.weeks(counts)}
      </span>
      <svg class="week-bars" width={width} height={heightPx} aria-hidden="true">
        <title>{words.digest.weeks(counts)}</title>
        {counts.map((count, i) => {
          // A week without attacks has a line, so that the weeks can be counted.
          const height = Math.max(1, (count / most) * heightPx)
          const [x, y] = [i * (barPx + gapPx), heightPx - height]
          const isThis = i === counts.length - 1
          return (
            <rect
              key={x}
              class={isThis ? 'is-this' : ''}
              x={x}
              y={y}
              width={barPx}
              height={height}
            />
          )
        })}
      </svg>
    </>
  )
}
