// The bar above everything, in one line: name, views, what waits, lights, sound, time, and who is
// signed in.

import { useState } from 'preact/hooks'
import { formatAddress, presetFilter } from '../../queue/queue-filter.ts'
import { unstaffedAmong } from '../../records/roster.ts'
import { address, setAddress } from '../../state/address.ts'
import {
  caller,
  filter,
  mayUse,
  nowMs,
  theatres,
  unacknowledgedCount
} from '../../state/console-state.ts'
import { currentView, openViews } from '../../state/current-view.ts'
import { isNotLoaded } from '../../state/language.ts'
import { signOut } from '../../state/live-link.ts'
import { useAsking } from '../../state/resource.ts'
import { hasTyped } from '../../state/typed.ts'
import { watches } from '../../state/watches.ts'
import icon from '../../style/icon.svg'
import { type Language, languages } from '../../words/language/language.ts'
import { ageWords, timeWords } from '../../words/time-words.ts'
import { timeFormat, words } from '../../words/words.ts'
import { Button } from '../parts/button.tsx'
import { AskFirst, Choice } from '../parts/form.tsx'
import { Menu } from '../parts/menu.tsx'
import { ViewLink } from '../parts/view-page.tsx'
import { Face } from '../queue/queue-row.tsx'
import { showPalette } from './keys.tsx'
import { Lights } from './lights.tsx'
import { SoundControl } from './sound.tsx'
import { ViewSwitch } from './view-switch.tsx'

export const looks = ['auto', 'light', 'dark', 'wall'] as const

/** As the address says; the system's own if it says nothing. */
export function lookIn(query: URLSearchParams): (typeof looks)[number] {
  return looks.find(look => look === query.get('look')) ?? 'auto'
}

/** As its speakers call it. */
function nameLanguage(language: Language): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
}

export function TopBar() {
  return (
    <header class="top in-line">
      <h1 class="in-line">
        <img src={icon} alt="" width="20" height="20" />{' '}
        <span class="product">{words.product}</span>
      </h1>
      <div class="views-room">
        <ViewSwitch />
      </div>
      <UnstaffedLink />
      <UnacknowledgedLink />
      <Lights />
      {mayUse('alerts:read') ? <SoundControl /> : null}
      <Clocks />
      <Who />
    </header>
  )
}

function Who() {
  const { top } = words
  const name = caller.value?.name ?? ''
  return (
    <Menu
      class="who"
      label={
        <>
          <Face name={name} isMine />
          <span class="visually-hidden">{top.signedInAs(name)}</span>
        </>
      }
    >
      {close => (
        <>
          <p class="name">
            <bdi>{top.signedInAs(name)}</bdi>
            {mayUse('alerts:operate') ? null : <span class="soft"> · {top.readOnly}</span>}
          </p>
          <Choice
            label={top.look}
            value={lookIn(address.value)}
            options={looks.map(look => [look, top.looks[look]])}
            onPick={look => setAddress({ look: look === 'auto' ? null : look })}
          />
          <Choice
            label={top.language}
            value={address.value.get('language') ?? ''}
            options={[
              ['', top.ofBrowser],
              ...languages.map(each => [each, nameLanguage(each)] as const)
            ]}
            onPick={language => setAddress({ language: language || null })}
          />
          {isNotLoaded.value ? <p role="alert">{top.languageNotLoaded}</p> : null}
          <Button
            aria-haspopup="dialog"
            onClick={() => {
              close()
              showPalette()
            }}
          >
            {words.help.open}{' '}
            <span class="key" aria-hidden="true">
              Ctrl K
            </span>
          </Button>
          <SignOut />
        </>
      )}
    </Menu>
  )
}

const dayInUtc = timeFormat({ timeZone: 'UTC', day: 'numeric', month: 'short' })
const here = timeFormat({ hour: '2-digit', minute: '2-digit' })
const inUtc = timeFormat({ timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })

/** If local time is UTC too, one clock is enough. */
const isElsewhere = () => new Date(nowMs.value).getTimezoneOffset() !== 0

/** A replayed theatre has its own clock, which its alerts use. */
function Clocks() {
  const replays = theatres.value.filter(({ clock, now }) => clock === 'replay' && now !== null)
  return (
    <div
      class="clocks gap-3"
      title={replays
        .map(({ id, now }) => words.time.replay(id, timeWords(now as string)))
        .join('\n')}
    >
      <time dateTime={new Date(nowMs.value).toISOString()}>
        <b>{inUtc(nowMs.value)}</b>{' '}
        <span class="day quiet">
          {words.top.utc} · {dayInUtc(nowMs.value)}
          {isElsewhere() ? ` · ${here(nowMs.value)} ${words.top.local}` : ''}
        </span>
      </time>
      {replays.map(({ id, now }) => (
        <span key={id} class="replay quiet">
          {words.time.replay(id, timeWords(now as string))}
        </span>
      ))}
    </div>
  )
}

function UnacknowledgedLink() {
  if (!mayUse('alerts:operate') || !openViews.value.includes('alerts')) return null
  const told = words.unacknowledged
  const { count, worst, oldestMs } = unacknowledgedCount.value
  return (
    <ViewLink
      to="alerts"
      members={{ ...formatAddress(presetFilter('unacknowledged', filter.value)), alert: null }}
      class={`unacknowledged-link ${count === 0 || count === null ? 'is-none' : ''}`}
      title={told.title}
    >
      <b>{count === null ? told.unknown : told.count(count)}</b>
      {count === null || count === 0 ? null : (
        <span class="oldest">
          {' · '}
          <span class="long">{told.oldest} </span>
          {ageWords(oldestMs)}
        </span>
      )}
      {worst === null ? null : (
        <span class="visually-hidden">{told.worst(words.severities[worst])}</span>
      )}
    </ViewLink>
  )
}

function UnstaffedLink() {
  return openViews.value.includes('watches') && currentView.value !== 'watches' ? (
    <UnstaffedRosters />
  ) : null
}

function UnstaffedRosters() {
  useAsking(watches.load, ['watches'])
  const names = unstaffedAmong(watches.state.value.body?.items ?? [], nowMs.value)
  return (
    <span role="status">
      {names.length === 0 ? null : (
        <ViewLink to="watches" class="unstaffed-link fault-chip" title={names.join(', ')}>
          <span aria-hidden="true">▲</span>{' '}
          <span class="light-said">
            {words.views.unstaffed}
            <span class="visually-hidden">: {names.join(', ')}</span>
          </span>
        </ViewLink>
      )}
    </span>
  )
}

function SignOut() {
  const { top } = words
  const [isLeaving, setLeaving] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const leave = async () => {
    setLeaving(true)
    setFailed(!(await signOut()))
    setLeaving(false)
  }
  const label = hasFailed ? top.notSignedOut : top.signOut
  if (hasTyped())
    return (
      <AskFirst
        label={label}
        question={top.dropsTyped}
        yes={top.signOut}
        onYes={() => void leave()}
        disabled={isLeaving}
      />
    )
  return (
    <Button disabled={isLeaving} onClick={() => void leave()}>
      {label}
    </Button>
  )
}
