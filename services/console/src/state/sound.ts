// The sound of the shift: tones made by the browser itself, only after somebody has armed them by a
// press, as browsers demand.

import { batch, computed, effect, signal } from '@preact/signals'
import {
  type Alarm,
  type LastSound,
  mayHaveSounded,
  sounding,
  soundNow,
  soundSettingsIn,
  wantsSomebody
} from '../live/shift-sound.ts'
import { isOpen, type Severity, type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import {
  behindSinceMs,
  freshness,
  isLive,
  nowMs,
  picture,
  pictureAge,
  signedIn,
  unacknowledged
} from './console-state.ts'
import { announce } from './notices.ts'

/** `blocked`: the browser does not let the page sound, though somebody armed it. */
export type SoundState = 'off' | 'armed' | 'muted' | 'blocked'

const wanted = signal<'off' | 'armed' | 'muted'>('off')
const isBlocked = signal(false)
export const soundState = computed<SoundState>(() =>
  wanted.value !== 'off' && isBlocked.value ? 'blocked' : wanted.value
)

export const soundSettings = computed(() => soundSettingsIn(address.value))
/** When each alert that sounds last paged, ms. */
const alarms = signal<ReadonlyMap<string, number>>(new Map())
/** Ids of unacknowledged alerts that somebody has hushed. */
const hushed = new Set<string>()
/** What sounds, or would if it were not muted. */
export const alarmsNow = computed<readonly Alarm[]>(() => {
  pictureAge.value
  const known = [...alarms.value].flatMap(([id, sinceMs]) => {
    const alert = picture.alerts.get(id)
    return alert === undefined ? [] : [{ alert, sinceMs }]
  })
  return sounding(known, soundSettings.value)
})
/** Alarms should sound but the browser blocks the sound: a press unblocks it. */
export const isHeldBack = computed(
  () => soundState.value === 'blocked' && wanted.value === 'armed' && alarmsNow.value.length > 0
)
/** Counts soundings: what is seen moves with what is heard. */
export const soundings = signal(0)

let context: AudioContext | null = null
let last: LastSound | null = null

/** Pitches in Hz, one after the other: told apart by number and pitch alone. */
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
/** How long the link is lost before that sounds, and how often it is repeated, ms. */
const lostAfterMs = 30_000
const lostEveryMs = 60_000

function play(pitches: readonly number[]): void {
  // Blocked tones would all sound together when the browser allows it.
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

/** After a press: present unacknowledged alerts are announced and sound, later ones too. */
export async function arm(): Promise<void> {
  context ??= new AudioContext()
  context.onstatechange = () => {
    isBlocked.value = context?.state !== 'running'
  }
  const wasOff = wanted.value === 'off'
  wanted.value = 'armed'
  const { length } = alarmsNow.peek()
  if (wasOff && length > 0) announce(words.sound.standing(length))
  try {
    await context.resume()
  } catch {
    // No error: the state shows that the sound is blocked.
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
    alarms.value = new Map()
  })
  hushed.clear()
  last = null
}

export function testTone(severity: Severity): void {
  play(tones[severity])
}

/** Stops the alarms that sound now, although the alerts are still unacknowledged. */
export function hush(): void {
  const now = new Set(alarmsNow.peek().map(({ alert }) => alert.alertId))
  for (const id of now) hushed.add(id)
  alarms.value = new Map([...alarms.peek()].filter(([id]) => !now.has(id)))
}

function raiseAlarms(alerts: readonly ShownAlert[]): void {
  if (alerts.length === 0) return
  for (const { alertId } of alerts) hushed.delete(alertId)
  const now = alerts.map(({ alertId }) => [alertId, nowMs.peek()] as const)
  alarms.value = new Map([...alarms.peek(), ...now])
}

/** Called for every event that states an alert: one that pages sounds anew. */
export function hear(alert: ShownAlert): void {
  if (wanted.peek() === 'off') return
  if (!isLive.peek()) catchingUpMs ??= nowMs.peek()
  if (alert.notify === 'page' && wantsSomebody(alert)) raiseAlarms([alert])
}

/** Called with the alerts before a snapshot: no event has reported what became graver since. */
export function hearSince(before: ReadonlyMap<string, ShownAlert>): void {
  const isGraver = ({ alertId, severity, notify }: ShownAlert) => {
    const was = before.get(alertId)
    const rank = was === undefined || !isOpen(was) ? -1 : severityRank(was.severity)
    return notify === 'page' && severityRank(severity) > rank && !alarms.peek().has(alertId)
  }
  if (wanted.peek() !== 'off')
    raiseAlarms([...picture.alerts.values()].filter(each => wantsSomebody(each) && isGraver(each)))
}

// What no event reports: alerts before it was armed, from a gap, released, lapsed, or done.
effect(() => {
  pictureAge.value
  if (wanted.value === 'off') return
  const isOver = (id: string) => {
    const alert = picture.alerts.get(id)
    return alert === undefined || !wantsSomebody(alert)
  }
  for (const id of hushed) if (isOver(id)) hushed.delete(id)
  const held = alarms.peek()
  const left = [...held].filter(([id]) => !isOver(id))
  if (left.length < held.size) alarms.value = new Map(left)
  raiseAlarms(
    unacknowledged.value.filter(({ alertId: id }) => !hushed.has(id) && !alarms.peek().has(id))
  )
})

/** No sound until all of a gap has arrived, for this long at most, ms. */
const catchUpMaxMs = 5_000
/** When the first event of a gap came, ms, and when the page was live again; null: neither. */
let catchingUpMs: number | null = null
let caughtUpMs: number | null = null
function isCatchingUp(now: number): boolean {
  if (catchingUpMs === null) return false
  if (!isLive.value) caughtUpMs = null
  else caughtUpMs ??= now
  // That all has come is known a little before all of that is applied.
  const isOver = (caughtUpMs !== null && now !== caughtUpMs) || now - catchingUpMs >= catchUpMaxMs
  if (isOver && caughtUpMs !== null) {
    catchingUpMs = null
    caughtUpMs = null
  }
  return !isOver
}

effect(() => {
  const now = nowMs.value
  const isHeld = isCatchingUp(now)
  // On the sign-in page there would be no way to hush it.
  if (signedIn.value.kind === 'none') return
  if (wanted.value === 'off' || isHeld) return
  const severity = soundNow(alarmsNow.value, last, now)
  if (severity === null) return
  last = { atMs: now, severity }
  soundings.value = soundings.peek() + 1
  if (wanted.value === 'armed') play(tones[severity])
})

/** Armed, and not live, signed out, or behind: silence is no sign of peace. */
export const isLost = computed(
  () =>
    wanted.value === 'armed' &&
    (freshness.value.kind === 'stale' || behindSinceMs.value !== null || hasSessionEnded())
)
/** When the low tones sound next, ms. */
let lostDueMs: number | null = null
effect(() => {
  const now = nowMs.value
  if (!isLost.value) lostDueMs = null
  else if (lostDueMs === null) lostDueMs = now + lostAfterMs
  else if (now >= lostDueMs) {
    lostDueMs = now + lostEveryMs
    play(lostTones)
  }
})

function hasSessionEnded(): boolean {
  const who = signedIn.value
  return who.kind === 'none' && who.hasEnded
}

/** A page that is loaded again has no sound until somebody presses: who relied on it is reminded. */
const [navigation] = performance.getEntriesByType('navigation') as { readonly type?: string }[]
const hasSounded = mayHaveSounded(navigation?.type, address.peek())

/** Somebody has read it or turned the sound on; it may be on when another key signs in. */
const isOver = signal(false)
effect(() => {
  if (soundState.value !== 'off' && !isOver.value) isOver.value = true
})

/** How many severe and extreme alerts nobody answered while sound is off; 0: nobody is reminded. */
export const unheardCount = computed(() => {
  return !hasSounded || isOver.value
    ? 0
    : unacknowledged.value.filter(
        ({ severity }) => severityRank(severity) >= severityRank('severe')
      ).length
})

/** The sound stays off. */
export function leaveOff(): void {
  isOver.value = true
}
