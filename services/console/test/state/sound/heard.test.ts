// What an officer hears: tones by severity, none when muted, the two that say that nothing would be
// heard, and what is said where the browser does not let the page sound.

import '../a-suite.ts'
import './an-audio.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Severity, severities } from '../../../src/shown/shown-alert.ts'
import { setAddress } from '../../../src/state/address.ts'
import { heardAtMs, nowMs, picture, signedIn } from '../../../src/state/console-state.ts'
import {
  arm,
  disarm,
  hear,
  isHeldBack,
  mute,
  soundings,
  soundState,
  testTone
} from '../../../src/state/sound.ts'
import { anAlert } from '../../support/an-alert.ts'
import { thePageIsLive, thePageIsStale } from '../a-live-page.ts'
import { ama } from '../a-suite.ts'
import { heard, theBrowserLetsItSound } from './an-audio.ts'

const beganMs = Date.now()
const tones: Readonly<Record<Severity, readonly number[]>> = {
  extreme: [880, 660, 880, 660, 880],
  severe: [740, 740, 740],
  moderate: [587, 587],
  minor: [440]
}
const lost = [220, 165]

function raise(severity: Severity): void {
  const alert = anAlert({ alertId: severity, severity })
  picture.takePart([alert], { isFirst: true, isLast: true })
  hear(alert)
}

/** The clock of the page goes on second by second, and the suite is heard meanwhile or not. */
function pass(seconds: number, isHeard = true): void {
  for (let i = 0; i < seconds; i += 1) {
    if (isHeard) heardAtMs.value = nowMs.peek() + 1_000
    nowMs.value += 1_000
  }
}

/** Its own press is heard too, and not looked at. */
async function armed(): Promise<void> {
  await arm()
  heard()
}

describe('an officer hears', () => {
  beforeEach(() => {
    signedIn.value = { kind: 'caller', caller: ama as never }
    theBrowserLetsItSound(true)
    setAddress({ sound: 'minor' })
    thePageIsLive(beganMs)
  })
  afterEach(() => {
    disarm()
    picture.clear()
    heard()
  })

  it('a tone at the press that arms, and the test tones', async () => {
    expect([soundState.value, heard()]).toEqual(['off', []])
    await arm()
    expect([soundState.value, heard()]).toEqual(['armed', tones.minor])
    for (const severity of severities) {
      testTone(severity)
      expect([severity, heard()]).toEqual([severity, tones[severity]])
    }
  })

  it.each(severities)('what is %s by its own tones', async severity => {
    await armed()
    raise(severity)
    expect(heard()).toEqual(tones[severity])
  })

  it('what stands again and again, and nothing of it while muted, though it is counted for the eye', async () => {
    await armed()
    raise('extreme')
    pass(8)
    expect(heard()).toEqual([...tones.extreme, ...tones.extreme])
    mute(true)
    const before = soundings.value
    pass(16)
    expect([soundState.value, heard(), soundings.value - before]).toEqual(['muted', [], 2])
    mute(false)
    pass(8)
    expect(heard()).toEqual(tones.extreme)
  })

  it('two low tones once the page has not been live for half a minute, and each minute, and none while muted or off', async () => {
    const heardAfter = (seconds: number) => {
      pass(seconds, false)
      return heard()
    }
    await armed()
    thePageIsStale()
    expect([29, 1, 59, 1].map(heardAfter)).toEqual([[], lost, [], lost])
    mute(true)
    expect(heardAfter(120)).toEqual([])
    disarm()
    expect(heardAfter(120)).toEqual([])
  })

  it('the low tones over a session that has ended, and no alarm that nobody there could hush', async () => {
    await armed()
    raise('extreme')
    heard()
    signedIn.value = { kind: 'none', hasEnded: true, isAwaited: false }
    pass(31)
    expect(heard()).toEqual(lost)
  })

  it('nothing where the browser blocks it, which is said, and not all of it at once when it no longer does', async () => {
    theBrowserLetsItSound(false)
    await arm()
    expect([soundState.value, heard(), isHeldBack.value]).toEqual(['blocked', [], false])
    raise('extreme')
    pass(24)
    expect([heard(), isHeldBack.value]).toEqual([[], true])
    // Who muted it waits for no sound.
    mute(true)
    expect(isHeldBack.value).toBe(false)
    theBrowserLetsItSound(true)
    await armed()
    expect([soundState.value, isHeldBack.value]).toEqual(['armed', false])
    pass(8)
    expect(heard()).toEqual(tones.extreme)
    theBrowserLetsItSound(false)
    expect(soundState.value).toBe('blocked')
  })
})
