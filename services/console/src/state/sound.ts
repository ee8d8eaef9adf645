// The sound of the shift: tones made by the browser itself, only after somebody has armed them by a press, as browsers demand.

import { computed, effect, signal } from '@preact/signals'
import { type Alarms, alarmsAfter, alarmsSince, alarmsStill, sounding, soundNow, soundSettingsIn } from '../live/shift-sound.ts'
import { isOpen, type Severity, type ShownAlert } from '../shown/shown-alert.ts'
import { address } from './address.ts'
import { freshness, nowMs, picture, signedIn } from './console-state.ts'
import { ofKey } from './session/of-key.ts'

/** `blocked`: the browser does not let the page sound, though somebody armed it. */
export type SoundState = 'off' | 'armed' | 'muted' | 'blocked'

const wanted = signal<'off' | 'armed' | 'muted'>('off')
const isBlocked = signal(false)
export const soundState = computed<SoundState>(() => (wanted.value !== 'off' && isBlocked.value ? 'blocked' : wanted.value))

export const soundSettings = computed(() => soundSettingsIn(address.value))
const alarms = ofKey(signal<Alarms>(new Map()))
/** What sounds, or would if it were not muted. */
export const alarmsNow = computed(() => (wanted.value === 'off' ? [] : sounding(alarms.value, soundSettings.value)))
/** Counts soundings: what is seen moves with what is heard. */
export const soundings = signal(0)

let context: AudioContext | null = null
let lastMs: number | null = null

/** Tones by severity: pitch in Hz, one after the other; a blind officer tells them apart by number and pitch. */
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
  if (context === null) return
  const { currentTime, destination } = context
  pitches.forEach((pitch, i) => {
    const oscillator = new OscillatorNode(context as AudioContext, { type: 'triangle', frequency: pitch })
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

/** By a press of the officer: what waits from before does not sound, what comes does. */
export async function arm(): Promise<void> {
  context ??= new AudioContext()
  context.onstatechange = () => {
    isBlocked.value = context?.state !== 'running'
  }
  wanted.value = 'armed'
  try {
    await context.resume()
  } catch {
    // Said as blocked: the state tells it.
  }
  isBlocked.value = context.state !== 'running'
  play(tones.minor)
}

export function mute(isMuted: boolean): void {
  wanted.value = isMuted ? 'muted' : 'armed'
}

export function disarm(): void {
  wanted.value = 'off'
  alarms.value = new Map()
}

export function testTone(severity: Severity): void {
  play(tones[severity])
}

/** What sounds now is known here: it sounds no more, though nobody has it yet. */
export function hush(): void {
  alarms.value = new Map()
}

/** Told of every event while the page is live. */
export function hear(alert: ShownAlert, type: string): void {
  if (wanted.peek() === 'off') return
  if (alarms.peek().size === 0 && !isOpen(alert)) return
  alarms.value = alarmsAfter(alarms.peek(), alert, type, Date.now())
}

/** Told of the alerts as they were before a snapshot: what became of them since no event has told. */
export function hearSince(before: ReadonlyMap<string, ShownAlert>): void {
  if (wanted.peek() !== 'off') alarms.value = alarmsSince(alarms.peek(), before, picture.alerts, Date.now())
}

effect(() => {
  const now = nowMs.value
  // Over the page that asks who is there nobody could hush it.
  if (signedIn.value.kind === 'none') return
  if (wanted.value === 'off' || alarms.value.size === 0) return
  alarms.value = same(
    alarms.value,
    alarmsStill(alarms.value, id => picture.alerts.get(id))
  )
  const severity = soundNow(alarms.value, soundSettings.value, lastMs, now)
  if (severity === null) return
  lastMs = now
  soundings.value = soundings.peek() + 1
  if (wanted.value === 'armed') play(tones[severity])
})

/** Armed, and not live or signed out by the suite: silence is no sign of peace. */
export const isLost = computed(() => wanted.value === 'armed' && (freshness.value.kind === 'stale' || hasSessionEnded()))
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
  const isDue = lostSaidMs === null ? Math.abs(now - lostSinceMs) >= lostAfterMs : Math.abs(now - lostSaidMs) >= lostEveryMs
  if (!isDue) return
  lostSaidMs = now
  lostSoundings.value = lostSoundings.peek() + 1
  play(lostTones)
})

function hasSessionEnded(): boolean {
  const who = signedIn.value
  return who.kind === 'none' && who.hasEnded
}

/** The one before where nothing differs: an effect that sets what it reads would not come to rest. */
function same(before: Alarms, after: Alarms): Alarms {
  const isSame = before.size === after.size && [...after].every(([id, { alert }]) => before.get(id)?.alert === alert)
  return isSame ? before : after
}
