// The sound of the shift: tones made by the browser itself, only after somebody has armed them by a
// press, as browsers demand.

import { batch, computed, effect, signal } from '@preact/signals'
import {
  type Alarms,
  alarmsAfter,
  alarmsSince,
  alarmsStill,
  alarmsWith,
  type LastSound,
  sounding,
  soundNow,
  soundSettingsIn,
  wantsSomebody
} from '../live/shift-sound.ts'
import { eventName, type Severity, type ShownAlert } from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import { announce } from './announcements.ts'
import {
  behindSinceMs,
  freshness,
  isLive,
  nowMs,
  picture,
  pictureAge,
  signedIn
} from './console-state.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'
import { isSoundOn, unacknowledgedIds } from './unacknowledged.ts'

/** `blocked`: the browser does not let the page sound, though somebody armed it. */
export type SoundState = 'off' | 'armed' | 'muted' | 'blocked'

const wanted = signal<'off' | 'armed' | 'muted'>('off')
const isBlocked = signal(false)
export const soundState = computed<SoundState>(() =>
  wanted.value !== 'off' && isBlocked.value ? 'blocked' : wanted.value
)

export const soundSettings = computed(() => soundSettingsIn(address.value))
const alarms = ofKey(signal<Alarms>(new Map()))
/** What sounds, or would if it were not muted. */
export const alarmsNow = computed(() =>
  wanted.value === 'off' ? [] : sounding(alarms.value, soundSettings.value)
)
/** Alarms should sound and can not, since the browser holds the sound back: a press lets it. */
export const isHeldBack = computed(
  () => soundState.value === 'blocked' && wanted.value === 'armed' && alarmsNow.value.length > 0
)
/** Counts soundings: what is seen moves with what is heard. */
export const soundings = signal(0)

let context: AudioContext | null = null
let last: LastSound | null = null
/** Ids that have sounded, or were silenced, as unacknowledged: the list names them on and on. */
const called = new Set<string>()

/**
 * Tones by severity: pitch in Hz, one after the other; a blind officer tells them apart by number
 * and pitch.
 */
const tones: Readonly<Record<Severity, readonly number[]>> = {
  extreme: [880, 660, 880, 660, 880],
  severe: [740, 740, 740],
  moderate: [587, 587],
  minor: [440]
}
const toneS = 0.18
const gapS = 0.09
const loud = 0.35

/** The page is not live: what pages would not be heard. */
const lostTones = [220, 165]
/** How long it has not been live when that is first heard, and how often it is said again, ms. */
const lostAfterMs = 30_000
const lostEveryMs = 60_000

function play(pitches: readonly number[]): void {
  // What is held back would sound all at once when the browser lets it.
  if (context === null || isBlocked.peek()) return
  const { currentTime, destination } = context
  pitches.forEach((pitch, i) => {
    const oscillator = new OscillatorNode(context as AudioContext, {
      type: 'triangle',
      frequency: pitch
    })
    const gain = new GainNode(context as AudioContext, { gain: 0 })
    const from = currentTime + 0.02 + i * (toneS + gapS)
    // Without a slope at both ends a tone clicks.
    gain.gain.setValueAtTime(0, from)
    gain.gain.linearRampToValueAtTime(loud, from + 0.02)
    gain.gain.setValueAtTime(loud, from + toneS - 0.03)
    gain.gain.linearRampToValueAtTime(0, from + toneS)
    oscillator.connect(gain).connect(destination)
    oscillator.start(from)
    oscillator.stop(from + toneS)
  })
}

/** By a press of the officer: what stands unacknowledged is said and sounds, and what comes. */
export async function arm(): Promise<void> {
  context ??= new AudioContext()
  context.onstatechange = () => {
    isBlocked.value = context?.state !== 'running'
  }
  const wasOff = wanted.value === 'off'
  batch(() => {
    wanted.value = 'armed'
    isSoundOn.value = true
  })
  const { length } = alarmsNow.peek()
  if (wasOff && length > 0) announce(words.sound.standing(length))
  try {
    await context.resume()
  } catch {
    // Said as blocked: the state tells it.
  }
  isBlocked.value = context.state !== 'running'
  // What sounds already shows that it is heard.
  if (length === 0) play(tones.minor)
}

export function mute(isMuted: boolean): void {
  wanted.value = isMuted ? 'muted' : 'armed'
}

export function disarm(): void {
  batch(() => {
    wanted.value = 'off'
    isSoundOn.value = false
    alarms.value = new Map()
    unheard.value = null
  })
  called.clear()
  last = null
}

export function testTone(severity: Severity): void {
  play(tones[severity])
}

/** What sounds now is known here: it sounds no more, though nobody has it yet. */
export function hush(): void {
  const hushed = new Set(alarmsNow.peek().map(({ alert }) => alert.alertId))
  for (const id of hushed) called.add(id)
  alarms.value = new Map([...alarms.peek()].filter(([id]) => !hushed.has(id)))
}

/** Told of every event that states an alert. */
export function hear(alert: ShownAlert, type: string): void {
  // Given back, or with an acknowledgement that has lapsed, it calls again.
  if (!wantsSomebody(alert) || eventName(type) === 'responded') called.delete(alert.alertId)
  if (wanted.peek() === 'off') return
  if (alarms.peek().size === 0 && !wantsSomebody(alert)) return
  if (!isLive.peek()) catchingUpMs ??= nowMs.peek()
  alarms.value = alarmsAfter(alarms.peek(), alert, type, nowMs.peek())
}

/**
 * Told of the alerts as they were before a snapshot: what became of them since no event has told.
 */
export function hearSince(before: ReadonlyMap<string, ShownAlert>): void {
  if (wanted.peek() !== 'off')
    alarms.value = alarmsSince(alarms.peek(), before, picture.alerts, nowMs.peek())
}

// What no event has told: what stood when it was armed, came in a gap or before this key, was given
// back, or lapsed.
effect(() => {
  pictureAge.value
  if (wanted.value === 'off') return
  const listed = unacknowledgedIds()
  for (const id of called) if (!listed.has(id)) called.delete(id)
  const news: ShownAlert[] = []
  for (const id of listed) {
    const alert = called.has(id) ? undefined : picture.alerts.get(id)
    // The list may be there before the alert is.
    if (alert === undefined) continue
    called.add(id)
    news.push(alert)
  }
  if (news.length > 0) alarms.value = alarmsWith(alarms.peek(), news, nowMs.peek())
})

/** From when to when another key signed in and nothing was heard, ms; null: nothing to tell. */
export const unheard = signal<{ readonly fromMs: number; readonly toMs: number } | null>(null)
let heardMs: number | null = null
let unheardFromMs: number | null = null
onOtherKey(() => {
  called.clear()
  if (wanted.peek() !== 'off') unheardFromMs ??= heardMs
})
effect(() => {
  if (!isLive.value) return
  const now = nowMs.value
  heardMs = now
  if (unheardFromMs === null) return
  unheard.value = { fromMs: unheard.peek()?.fromMs ?? unheardFromMs, toMs: now }
  unheardFromMs = null
})

/**
 * What was raised and taken in a gap comes one after the other: until all has come nothing sounds,
 * for this long at most, ms.
 */
const catchUpMaxMs = 5_000
/** When the first event of a gap came, ms, and when the page was live again; null: neither. */
let catchingUpMs: number | null = null
let caughtUpMs: number | null = null
function isCatchingUp(now: number): boolean {
  if (catchingUpMs === null) return false
  if (!isLive.value) caughtUpMs = null
  else caughtUpMs ??= now
  // That all has come is known a moment before all of it has been taken in.
  const isOver =
    (caughtUpMs !== null && now !== caughtUpMs) || Math.abs(now - catchingUpMs) >= catchUpMaxMs
  if (isOver && caughtUpMs !== null) {
    catchingUpMs = null
    caughtUpMs = null
  }
  return !isOver
}

effect(() => {
  const now = nowMs.value
  const isHeld = isCatchingUp(now)
  // Over the page that asks who is there nobody could hush it.
  if (signedIn.value.kind === 'none') return
  if (wanted.value === 'off' || alarms.value.size === 0) return
  alarms.value = same(
    alarms.value,
    alarmsStill(alarms.value, id => picture.alerts.get(id))
  )
  const severity = isHeld ? null : soundNow(alarms.value, soundSettings.value, last, now)
  if (severity === null) return
  last = { atMs: now, severity }
  soundings.value = soundings.peek() + 1
  if (wanted.value === 'armed') play(tones[severity])
})

/**
 * Armed, and not live, or signed out by the suite, or the suite is behind: silence is no sign of
 * peace.
 */
export const isLost = computed(
  () =>
    wanted.value === 'armed' &&
    (freshness.value.kind === 'stale' || behindSinceMs.value !== null || hasSessionEnded())
)
let lostSinceMs: number | null = null
let lostSaidMs: number | null = null
/** Counts how often it was said. */
export const lostSoundings = signal(0)
effect(() => {
  const now = nowMs.value
  if (!isLost.value) {
    lostSinceMs = null
    lostSaidMs = null
    return
  }
  lostSinceMs ??= now
  // A clock that was set makes it sound rather than wait.
  const isDue =
    lostSaidMs === null
      ? Math.abs(now - lostSinceMs) >= lostAfterMs
      : Math.abs(now - lostSaidMs) >= lostEveryMs
  if (!isDue) return
  lostSaidMs = now
  lostSoundings.value = lostSoundings.peek() + 1
  play(lostTones)
})

function hasSessionEnded(): boolean {
  const who = signedIn.value
  return who.kind === 'none' && who.hasEnded
}

/**
 * The one before where nothing differs: an effect that sets what it reads would not come to rest.
 */
function same(before: Alarms, after: Alarms): Alarms {
  const isSame =
    before.size === after.size &&
    [...after].every(([id, { alert }]) => before.get(id)?.alert === alert)
  return isSame ? before : after
}
