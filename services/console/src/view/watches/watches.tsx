// Rosters: who is on when and whom alerts go to; handed over, changed and deleted here. The shifts of
// one as a calendar of a week with its gaps, who is on shift, the escalation steps, and the hours of
// each officer.

import '../../style/roster.css'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { watches as asks } from '../../http/requests.ts'
import {
  beginDraft,
  computeMonday,
  distinctNames,
  formatCalendar,
  holesIn,
  isOver,
  isSendable,
  listRotationShifts,
  makeDraftKey,
  makeTable,
  makeWatchBody,
  officersOn,
  type RosterCell,
  rosterWeek,
  type ShiftOf,
  shiftsBeside,
  type WatchDraft,
  type WatchStanding,
  watchFields,
  watchStanding,
  weekDays
} from '../../records/roster.ts'
import type { Shift, Watch } from '../../shown/answers.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { currentItem, openItem, openView } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import {
  beginForm,
  newWatch,
  openForm,
  watches,
  watchForm,
  withdrawing
} from '../../state/watches.ts'
import { subscriptionName } from '../../words/filter-words.ts'
import { dayWords, durationWords, timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/basics.tsx'
import { CommandButton, faultIn, Outcome, useOpener } from '../parts/form.tsx'
import { type OptionLists, PickField, RecordForm } from '../parts/record-form.tsx'
import {
  BackButton,
  Facts,
  type Level,
  Mark,
  Narrative,
  Record,
  RecordList
} from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function load(): Promise<void> {
  await Promise.all([watches.load(), mayUse('subscriptions:manage') ? subscriptions.load() : null])
}

export function Watches() {
  const told = words.watches
  useAsking(load, ['watches', 'subscriptions'])
  const chosen = currentItem.value
  const { body } = watches.state.value
  if (chosen === 'new' && mayUse('subscriptions:manage')) return <NewWatch />
  const held = body?.items.find(({ id }) => id === chosen)
  if (held !== undefined) return <OneWatch key={held.id} held={held} />
  return (
    <ViewPage title={words.views.names.watches} lead={told.lead}>
      {mayUse('subscriptions:manage') ? (
        <p class="line">
          <Button class="primary" onClick={() => openItem('new')}>
            {told.create}
          </Button>
          <Outcome state={withdrawing.state.value} />
        </p>
      ) : null}
      {chosen !== null && chosen !== 'new' && body !== null ? (
        <p role="alert">{told.gone}</p>
      ) : null}
      <RecordList
        of={watches}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.watches}
        none={told.none}
        draw={each => (
          <Record
            is={watchLevels[watchStanding(each, nowMs.value)]}
            title={each.name}
            onOpen={() => openItem(each.id)}
            mark={<WatchMark held={each} />}
          >
            <WatchFacts held={each} />
          </Record>
        )}
      />
    </ViewPage>
  )
}

async function withdraw({ id, version }: Watch): Promise<void> {
  const done = await withdrawing.send(
    () => asks.withdraw(id, version),
    () => words.watches.withdrawn
  )
  if (done === null) return
  await watches.load()
  // Who went on elsewhere meanwhile stays there.
  if (currentItem.peek() === id) openItem(null)
}

function OneWatch({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { id, name, mayChange } = held
  const draft = watchForm.typed.value
  const isOpen = openForm.value === makeDraftKey(draft) && draft.seen?.id === id
  const open = isOpen ? draft.kind : null
  const handOver = useOpener(open === 'hand-over')
  const change = useOpener(open === 'change')
  return (
    <ViewPage title={name}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <Outcome state={newWatch.state.value} />
      <div class="line">
        <WatchMark held={held} />
        {open === 'hand-over' || !(mayUse('alerts:operate') || mayChange) ? null : (
          <button
            type="button"
            class="primary"
            ref={handOver}
            onClick={() => beginForm('hand-over', held)}
          >
            {told.titles['hand-over']}
          </button>
        )}
        {open === 'change' || !mayChange ? null : (
          <button type="button" ref={change} onClick={() => beginForm('change', held)}>
            {told.titles.change}
          </button>
        )}
        {mayChange ? (
          <CommandButton
            by={withdrawing}
            words={[told.withdraw, told.withdrawAsk, words.views.deleteIt]}
            onYes={() => void withdraw(held)}
          />
        ) : null}
        {isOpen ? null : <Outcome state={watchForm.state.value} />}
      </div>
      {isOpen && (open === 'hand-over' || mayChange) ? <WatchForm held={held} /> : null}
      <Roster held={held} />
    </ViewPage>
  )
}

const dayMs = 86_400_000
const formatIso = (ms: number) => new Date(ms).toISOString()
const findClock = (ms: number) => formatIso(ms).slice(11, 16)
/** `Mon 24` */
const dayName = (ms: number) =>
  new Intl.DateTimeFormat(words.language, { weekday: 'short', day: 'numeric', timeZone: 'UTC' })
    .formatToParts(ms)
    .filter(({ type }) => type !== 'literal')
    .toSorted((a, b) => (a.type < b.type ? 1 : -1))
    .map(({ value }) => value)
    .join(' ')
/** Colours distinguish officers, in addition to their names. */
const coloursMax = 4
/** Working hours of a week, as ILO convention 1 and the EU's directive have them. */
const hoursMax = 48

function Roster({ held }: { readonly held: Watch }) {
  const told = words.watches
  const [weeks, setWeeks] = useState(0)
  const now = nowMs.value
  const mondayMs = computeMonday(now) + weeks * weekDays * dayMs
  const { rows, gaps, hours } = rosterWeek(held.shifts, mondayMs, now)
  const [gap] = gaps
  const days = Array.from({ length: weekDays }, (_, n) => mondayMs + n * dayMs)
  const officers = hours.map(([officer]) => officer)
  const span = `${dayWords(formatIso(mondayMs))} – ${dayWords(formatIso(mondayMs + (weekDays - 1) * dayMs))}`
  const todayMs = Math.floor(now / dayMs) * dayMs
  const findClass = (dayStartMs: number) => (dayStartMs === todayMs ? 'today' : '')
  const calendar = encodeURIComponent(formatCalendar(held.id, held.name, held.shifts))
  return (
    <section class="roster gap-3" aria-label={words.views.names.watches}>
      <div class="line">
        <span class="soft">{span}, UTC</span>
        <Button onClick={() => setWeeks(weeks - 1)}>{words.views.weekBefore}</Button>
        <Button disabled={weeks === 0} onClick={() => setWeeks(0)}>
          {told.thisWeek}
        </Button>
        <Button onClick={() => setWeeks(weeks + 1)}>{words.views.weekAfter}</Button>
        {held.mayChange ? (
          <>
            <Opener kind="shift" held={held}>
              {told.addShift}
            </Opener>
            <Opener kind="rotation" held={held}>
              {told.rotate}
            </Opener>
          </>
        ) : null}
        <a download={`${held.name}.ics`} href={`data:text/calendar;charset=utf-8,${calendar}`}>
          {told.calendar}
        </a>
      </div>
      {gap === undefined ? null : (
        <p class="roster-gap line">
          <span aria-hidden="true">✕</span>{' '}
          <span>
            <b>{told.gap(timeWords(formatIso(gap.fromMs)), timeWords(formatIso(gap.untilMs)))}</b>{' '}
            {told.gapMeans}
          </span>
          {held.mayChange ? (
            <Opener kind="shift" held={held} shift={{ gap }} class="push">
              {told.fillGap}
            </Opener>
          ) : null}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to. */}
      <section class="cal-box" tabIndex={0} aria-label={`${words.views.names.watches}: ${span}`}>
        <table class="cal">
          <thead>
            <tr>
              <th scope="col">{told.titles.shift}</th>
              {days.map(day => (
                <th key={day} scope="col" class={findClass(day)}>
                  {dayName(day)}
                  {day === todayMs ? ` · ${told.today}` : ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, days: cells }) => (
              <tr key={time}>
                <th scope="row">{time === '' ? told.long : time}</th>
                {cells.map((own, n) => (
                  <td key={days[n]} class={findClass(days[n] ?? 0)}>
                    {own.map(cell => (
                      <Cell
                        key={`${cell.fromMs} ${cell.officer}`}
                        cell={cell}
                        among={officers}
                        held={held}
                      />
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Agenda held={held} />
      <div class="three as-grid gap-3">
        <section class="record">
          <h3>{told.now}</h3>
          <WatchFacts held={held} />
        </section>
        <Steps held={held} />
        <section class="record">
          <h3>{told.hours}</h3>
          <Facts
            of={hours.map(([officer, count]) => [
              officer,
              <>
                {durationWords(Math.round(count * 3_600))}{' '}
                {count > hoursMax ? <b class="bad">{told.overHours}</b> : null}
              </>
            ])}
          />
        </section>
      </div>
      <details>
        <summary>{told.all(held.shifts.length)}</summary>
        <Shifts held={held} now={now} />
      </details>
    </section>
  )
}

interface CellProps {
  readonly cell: RosterCell
  readonly among: readonly string[]
  readonly held: Watch
}

function Cell({ cell: { officer, fromMs, untilMs, isNow, shift }, among, held }: CellProps) {
  const hours = durationWords(Math.round((untilMs - fromMs) / 1_000))
  if (officer === null)
    return (
      <div class="shift gap">
        <span aria-hidden="true">✕</span> {words.watches.gapOf(hours)}
      </div>
    )
  return (
    <div class={`shift of-${among.indexOf(officer) % coloursMax} ${isNow ? 'now' : ''}`}>
      {shift !== null && mayChangeShift(held, shift) ? (
        <ShiftButton held={held} shift={shift} />
      ) : (
        <bdi>{officer}</bdi>
      )}
      {isNow ? <span class="visually-hidden"> {words.watches.shiftMarks.on}</span> : null}
    </div>
  )
}

const mayChangeShift = (held: Watch, shift: Shift) => held.mayChange && !isOver(shift, nowMs.value)

interface OpenerProps {
  readonly kind: 'shift' | 'rotation'
  readonly held: Watch
  readonly shift?: ShiftOf
  readonly class?: string
  readonly children: ComponentChildren
}

/** Opens a form above the calendar, which has the focus until it is closed. */
function Opener({ kind, held, shift, class: name, children }: OpenerProps) {
  const { typed } = watchForm
  const was = shift?.was ?? null
  const opener = useOpener(
    openForm.value === makeDraftKey(typed.value) &&
      makeDraftKey({ ...typed.value, kind, was }) === openForm.value &&
      shift?.gap === undefined
  )
  const begin = () => {
    opener.current?.blur()
    beginForm(kind, held, shift)
  }
  return (
    <button type="button" ref={opener} class={name} onClick={begin}>
      {children}
    </button>
  )
}

/** The officer of a shift; opens its form. */
function ShiftButton({ held, shift }: { readonly held: Watch; readonly shift: Shift }) {
  return (
    <Opener kind="shift" held={held} shift={{ was: shift }} class="as-link">
      <bdi>{shift.officer}</bdi>
    </Opener>
  )
}

/** On a narrow screen, in place of the calendar. */
function Agenda({ held }: { readonly held: Watch }) {
  const told = words.watches
  const now = nowMs.value
  const ahead = held.shifts.filter(each => !isOver(each, now))
  return (
    <ul class="agenda gap-2">
      {ahead.length === 0 ? <li>{told.noShifts}</li> : null}
      {ahead.map(shift => (
        <li
          key={`${shift.from} ${shift.officer}`}
          class={`shift ${Date.parse(shift.from) <= now ? 'now' : ''}`}
        >
          {held.mayChange ? <ShiftButton held={held} shift={shift} /> : <bdi>{shift.officer}</bdi>}{' '}
          {told.span(timeWords(shift.from), findClock(Date.parse(shift.until)))}
        </li>
      ))}
    </ul>
  )
}

/** Who is notified of an alert during this shift. */
function Steps({ held }: { readonly held: Watch }) {
  const told = words.watches
  const [on] = held.onWatch
  return (
    <section class="record">
      <h3>{told.steps}</h3>
      {on === undefined || on.lines.length === 0 ? (
        <p>{told.noSteps}</p>
      ) : (
        <ul class="watch-lines breaks">
          {on.lines.map(line => (
            <li key={line}>
              <Line line={line} held={held} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Line({ line, held }: { readonly line: string; readonly held: Watch }) {
  const { name = line, warning = null } = listLines(held).find(({ id }) => id === line) ?? {}
  return (
    <>
      <bdi>{name}</bdi>
      {warning === null ? null : <b class="bad">: {warning}</b>}
    </>
  )
}

/** Those that are on and to come first, then those that are over. */
function Shifts({ held, now }: { readonly held: Watch; readonly now: number }) {
  const told = words.watches
  const order = (shift: Shift) => (isOver(shift, now) ? 1 : 0)
  return (
    <ul class="records">
      {held.shifts
        .toSorted((a, b) => order(a) - order(b))
        .map(shift => {
          const state = isOver(shift, now) ? 'over' : Date.parse(shift.from) <= now ? 'on' : 'ahead'
          return (
            <li key={`${shift.from} ${shift.officer}`} class="record">
              <p>
                <b>
                  <bdi>{shift.officer}</bdi>
                </b>{' '}
                {told.span(timeWords(shift.from), timeWords(shift.until))} ·{' '}
                {told.shiftMarks[state]}
              </p>
              {shift.lines.map(line => (
                <p key={line} class="soft">
                  <Line line={line} held={held} />
                </p>
              ))}
              {shift.note === null ? null : <Narrative text={shift.note} label={told.note} />}
            </li>
          )
        })}
    </ul>
  )
}

export const watchLevels: Readonly<Record<WatchStanding, Level>> = {
  ...{ reached: 'good', unheard: 'bad', untold: 'warn', nobody: 'bad', unfollowed: 'unknown' }
}

export function WatchMark({ held }: { readonly held: Watch }) {
  const standing = watchStanding(held, nowMs.value)
  return <Mark level={watchLevels[standing]} text={words.watches.standings[standing]} />
}

export function WatchFacts({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { next, handling } = held
  const now = nowMs.value
  const onWatch = held.onWatch.filter(each => !isOver(each, now))
  return (
    <Facts
      of={[
        [
          told.on,
          onWatch.length === 0 ? (
            <strong>{told.nobody}</strong>
          ) : (
            onWatch.map(({ officer, from, until }) => (
              <div key={`${from} ${officer}`}>
                {told.until(officer, timeWords(until), waitWords(Date.parse(until) - now))}
              </div>
            ))
          )
        ],
        [told.next, next === null ? told.noneNext : told.from(next.officer, timeWords(next.from))],
        [told.hole, holeWords(held.shifts, now)],
        [told.handling, words.handlings[handling]]
      ]}
    />
  )
}

function holeWords(shifts: readonly Shift[], now: number): string {
  const told = words.watches
  const [first, ...others] = holesIn(shifts, now)
  if (first === undefined) return told.noneNext
  const at = (ms: number) => timeWords(new Date(ms).toISOString())
  const span =
    first.toMs === null
      ? told.holeFrom(at(first.fromMs))
      : told.holeBetween(at(first.fromMs), at(first.toMs))
  return others.length === 0 ? span : `${span}, ${words.place.more(others.length)}`
}

interface RosterLine {
  readonly id: string
  /** Of two with one name with its id. */
  readonly name: string
  /** That it uses another roster, or none: then it is not notified by this one. */
  readonly warning: string | null
}

/** Those that use the roster and the reader manages, and those of its shifts. */
export function listLines({ id: roster, lineNames = [], shifts }: Watch): readonly RosterLine[] {
  const own = subscriptions.state.value.body?.items ?? []
  const known = { own, names: lineNames, unnamed: words.told.unnamed }
  const using = own.filter(({ policy }) => policy?.watch === roster).map(({ id }) => id)
  const ids = new Set([...using, ...shifts.flatMap(({ lines }) => lines)])
  return distinctNames([...ids].map(id => ({ id, name: subscriptionName(id, known) }))).map(
    line => ({
      ...line,
      warning:
        using.includes(line.id) || own.every(({ id }) => id !== line.id)
          ? null
          : words.watches.notFollowing
    })
  )
}

async function make(): Promise<void> {
  const made = await newWatch.submit(
    draft => asks.create(makeWatchBody(draft, null)),
    () => words.watches.made
  )
  if (made === null) return
  await watches.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(made.body.id)
}

export function NewWatch() {
  const told = words.watches
  return (
    <ViewPage title={told.create} lead={told.lead}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <RecordForm
        form={newWatch}
        table={watchFields}
        told={told.form}
        lists={handlingList(newWatch.typed.value)}
        label={told.form.create}
        onSend={make}
      >
        <p class="hint fine">{told.form.linesFirst}</p>
      </RecordForm>
    </ViewPage>
  )
}

/** A new roster has no choice yet. */
function handlingList({ handling }: WatchDraft): OptionLists {
  const all = Object.entries(words.handlings)
  return { handling: handling === '' ? [['', words.watches.form.handlingUsual], ...all] : all }
}

/** Sends what is typed about a roster, or removes the shift. */
async function send(held: Watch, removes = false): Promise<void> {
  const told = words.watches
  const { kind, was } = watchForm.typed.peek()
  const begin = (of: Watch) => beginDraft(kind as 'shift', of, nowMs.peek(), { was })
  const sent = await watchForm.submit(
    draft => {
      if (kind === 'hand-over') return asks.handOver(held.id, makeWatchBody(draft, held))
      const { version } = draft
      const left = { version, shifts: shiftsBeside(draft, held) }
      return asks.change(held.id, removes ? left : makeWatchBody(draft, held))
    },
    (_, { officer }) => (kind === 'hand-over' ? told.handedOver(officer.trim()) : told.changed),
    begin,
    (later, { version }) => ({ ...later, version })
  )
  // Somebody may have been faster: show their change next to the typed text.
  await watches.load()
  if (sent?.isAll && currentItem.peek() === held.id) openForm.value = null
}

/** The form of a roster that is open. */
export function WatchForm({ held }: { readonly held: Watch }) {
  const told = words.watches
  const draft = watchForm.typed.value
  const { kind, seen, was, lines } = draft
  const on = officersOn(held)
  const begin = () => beginDraft(kind as 'shift', held, nowMs.peek(), { was })
  const close = () => {
    watchForm.restart(begin())
    openForm.value = null
  }
  if (kind === 'new' || seen?.id !== held.id) return null
  const table = makeTable(draft)
  return (
    <RecordForm
      key={makeDraftKey(draft)}
      form={watchForm}
      table={table}
      // Each shift of a rotation ends by its hours.
      told={{
        ...told.form,
        relieves: told.relieves,
        ...(kind === 'rotation' && { untilHint: undefined })
      }}
      lists={{
        ...handlingList(draft),
        relieves: [['', told.relievesWhom], ...on.map(name => [name, name] as const)]
      }}
      own={{
        ...(on.length > 1 ? {} : { relieves: null }),
        lines: (
          <LinesField
            key="lines"
            watch={held}
            lines={lines}
            fault={faultIn(watchForm.state.value, table.lines?.at ?? 'lines')}
            change={next => watchForm.change({ lines: next })}
          />
        )
      }}
      isOpened
      title={told.titles[kind]}
      label={told.go[kind]}
      // The field of the subscriptions and the count of shifts show what is missing.
      isReady={isSendable(draft)}
      onSend={() => void send(held)}
      stands={{
        ...{ version: held.version, isNewer: held.version > draft.version, begin },
        text: told.newer(on.length === 0 ? told.nobody : on.join(', '))
      }}
      more={
        <>
          <Button onClick={close}>{words.acts.cancel}</Button>
          {was === null ? null : (
            <Button disabled={!watchForm.canSend.value} onClick={() => void send(held, true)}>
              {told.form.dropShift}
            </Button>
          )}
        </>
      }
    >
      {kind === 'hand-over' ? <p>{told.handOverHow}</p> : null}
      {kind === 'rotation' ? <Planned /> : null}
      <ShiftsFault />
    </RecordForm>
  )
}

/** Of a shift that is not the one that was typed. */
function ShiftsFault() {
  const fault = faultIn(watchForm.state.value, 'shifts')
  return fault === undefined ? null : (
    <p class="fault" role="alert">
      <span aria-hidden="true">✕</span> {fault}
    </p>
  )
}

/** What a rotation plans: the number of shifts, and the first round. */
function Planned() {
  const told = words.watches.form
  const shifts = listRotationShifts(watchForm.typed.value)
  const round = shifts.slice(0, new Set(shifts.map(({ officer }) => officer)).size + 1)
  return (
    <div role="status">
      <p>{told.plans(shifts.length)}</p>
      <ol class="watch-lines breaks">
        {round.map(({ officer, from, until }) => (
          <li key={from}>
            <bdi>{officer}</bdi>: {words.watches.span(timeWords(from), timeWords(until))}
          </li>
        ))}
      </ol>
    </div>
  )
}

interface LinesProps {
  readonly watch: Watch
  readonly lines: readonly string[]
  readonly fault: string | undefined
  readonly change: (lines: readonly string[]) => void
}

function LinesField({ watch, lines, fault, change }: LinesProps) {
  const told = words.watches.form
  const options = listLines(watch).map(
    ({ id, name, warning }) => [id, warning === null ? name : `${name}: ${warning}`] as const
  )
  return (
    <div>
      {options.length === 0 ? (
        <p class="hint fine">{told.noLines}</p>
      ) : (
        <PickField
          label={words.views.names.subscriptions}
          hint={told.linesHint}
          fault={fault}
          options={options}
          chosen={lines}
          choose={change}
        />
      )}
      {mayUse('subscriptions:manage') ? (
        <Button class="as-link" onClick={() => openView('subscriptions', 'new')}>
          {told.makeLine}
        </Button>
      ) : null}
    </div>
  )
}
