// The sound of the shift: armed by a press, its state always visible, and what sounds is to be seen
// as well.

import { type Severity, severities } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { behindSinceMs } from '../../state/console-state.ts'
import { allowNotices, noticePermission } from '../../state/notices.ts'
import {
  alarmsNow,
  arm,
  disarm,
  hush,
  isHeldBack,
  isLost,
  leaveOff,
  mute,
  type SoundState,
  soundings,
  soundSettings,
  soundState,
  testTone,
  unheardCount
} from '../../state/sound.ts'
import { words } from '../../words/words.ts'
import { NamedAlert } from '../parts/alert-mark.tsx'
import { Button, Menu } from '../parts/basics.tsx'
import { Check, Choice } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'

function stateWords(state: SoundState): string {
  const { sound } = words
  if (state === 'off') return sound.arm
  if (state === 'armed' && isLost.value)
    return behindSinceMs.value === null ? sound.armedLost : sound.armedBehind
  return sound[state]
}

/** Off, and the browser holding it back, are faults of the console: they are seen from afar. */
export function SoundControl() {
  const state = soundState.value
  if (state === 'off' || state === 'blocked') {
    return (
      <Button class={`sound is-${state}`} onClick={() => void arm()}>
        <Icon name="silent" /> <span class="sound-state">{stateWords(state)}</span>
      </Button>
    )
  }
  const isFault = state === 'muted' || isLost.value
  return (
    <Menu
      class={`sound is-${state} ${isFault ? 'is-fault' : ''}`}
      label={
        <>
          <Icon name={state === 'muted' ? 'silent' : 'sound'} />
          <span class={isFault ? 'sound-state' : 'visually-hidden'}>
            {stateWords(state)}
            {isFault ? '' : words.sound.armedFrom(words.severities[soundSettings.value.least])}
          </span>
        </>
      }
    >
      <SoundMenu isMuted={state === 'muted'} />
    </Menu>
  )
}

function SoundMenu({ isMuted }: { readonly isMuted: boolean }) {
  const { sound } = words
  const { least, withDrills } = soundSettings.value
  return (
    <>
      <p>{sound.how}</p>
      <Choice
        label={sound.least}
        value={least}
        options={severities.map(severity => [severity, words.severities[severity]])}
        onPick={severity => setAddress({ sound: severity })}
      />
      <Check
        label={sound.drills}
        isOn={withDrills}
        turn={isOn => setAddress({ 'sound-drills': isOn ? 'yes' : null })}
      />
      <Notices />
      <div class="line tight">
        {severities.map((severity: Severity) => (
          <Button key={severity} onClick={() => testTone(severity)}>
            {sound.test(words.severities[severity])}
          </Button>
        ))}
      </div>
      <div class="line tight">
        <Button aria-pressed={isMuted} onClick={() => mute(!isMuted)}>
          {isMuted ? sound.unmute : sound.mute}
        </Button>
        <Button onClick={disarm}>{sound.disarm}</Button>
      </div>
    </>
  )
}

/** Beside the sound, for who has another window before it. */
function Notices() {
  const { notices } = words.sound
  const permission = noticePermission.value
  if (permission === 'unsupported') return null
  if (permission !== 'default') return <p class="quiet">{notices[permission]}</p>
  return <Button onClick={() => void allowNotices()}>{notices.default}</Button>
}

const shownMax = 3

/** The same to the eye: it beats as it sounds, unless less motion is asked for. */
export function SoundBanner() {
  return (
    <>
      <HeldBack />
      <Reminder />
      <AlarmBanner />
    </>
  )
}

/** An alarm that only moves is seen by who looks, and heard by nobody. */
function HeldBack() {
  if (!isHeldBack.value) return null
  return (
    <section class="banner of-sound" aria-label={words.sound.title}>
      <strong role="alert">{words.sound.heldBack}</strong>{' '}
      <Button onClick={() => void arm()}>{words.sound.letSound}</Button>
    </section>
  )
}

function Reminder() {
  const count = unheardCount.value
  if (count === 0) return null
  return (
    <section class="banner of-sound" aria-label={words.sound.title}>
      <strong role="status">{words.sound.offNow(count)}</strong>{' '}
      <Button onClick={() => void arm()}>{words.sound.turnOn}</Button>{' '}
      <Button onClick={leaveOff}>{words.sound.leaveOff}</Button>
    </section>
  )
}

function AlarmBanner() {
  const alarms = alarmsNow.value
  const gravest = alarms[0]?.alert
  if (gravest === undefined) return null
  return (
    <section class={`banner alarm line sev-${gravest.severity}`} aria-label={words.sound.title}>
      <span key={soundings.value} class="alarm-beat" aria-hidden="true">
        ♪
      </span>{' '}
      <strong>{words.sound.alarm(alarms.length, words.severities[gravest.severity])}</strong>
      <ul class="line">
        {alarms.slice(0, shownMax).map(({ alert }) => (
          <li key={alert.alertId}>
            <NamedAlert alert={alert} />
          </li>
        ))}
      </ul>
      {alarms.length > shownMax ? (
        <span class="alarm-more">{words.place.more(alarms.length - shownMax)}</span>
      ) : null}{' '}
      <Button onClick={hush}>{words.sound.hush(alarms.length)}</Button>
    </section>
  )
}
