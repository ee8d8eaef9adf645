// The moment that list and map show: a slider, steps for who does not drag, and the way back to
// now.

import { batch } from '@preact/signals'
import type { Ref } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { countsOverTime, type StepSize, stepFrom, stepSizes } from '../../map/moment.ts'
import { countryOfArea } from '../../queue/queue-choices.ts'
import { setAddress } from '../../state/address.ts'
import { filter } from '../../state/console-state.ts'
import {
  backToNow,
  choices,
  counts,
  heldMoment,
  isTimeOpen,
  knownTimes,
  moment
} from '../../state/queue-state.ts'
import { type TimePlace, thereWords } from '../../words/place-time.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

/** Places of the slider; the last is now. */
const places = 240
const bars = 60
const playEveryMs = 1_000
const mayMove = matchMedia('(prefers-reduced-motion: no-preference)')

export function MomentToggle() {
  const isShown = isTimeOpen.value || moment.value !== null
  const toggle = () => {
    backToNow()
    isTimeOpen.value = !isShown
  }
  return (
    <button type="button" aria-expanded={isShown} onClick={toggle}>
      {words.moment.open}
    </button>
  )
}

export function MomentBar() {
  if (!isTimeOpen.value && moment.value === null) return null
  return <Bar />
}

const isoOf = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString()

function show(ms: number | null): void {
  batch(() => {
    // Also when it comes to now: who steps stays where the steps are.
    isTimeOpen.value = true
    heldMoment.value = undefined
    setAddress({ until: isoOf(ms) })
  })
}

/** The area or the country, where all that is asked for is in one. */
function onlyPlace(): TimePlace | undefined {
  const { country, admin1 } = filter.value
  if (admin1 !== '') return { country: [countryOfArea(admin1)], admin1: [admin1] }
  if (country !== '') return { country: [country], admin1: [] }
  const { countries } = choices.value
  return countries.length === 1 ? { country: countries, admin1: [] } : undefined
}

/** What is shown, in words: by which time, here and there. */
function momentWords(all: number): string {
  const at = moment.value
  if (at === null) return words.moment.isNow(counts.value.shown)
  return words.moment.knownBy(timeWords(at), thereWords(at, onlyPlace()), counts.value.shown, all)
}

function Bar() {
  const { moment: texts } = words
  const times = knownTimes.value
  const at = moment.value === null ? null : Date.parse(moment.value)
  const [size, setSize] = useState<StepSize>('alert')
  const [isPlaying, setPlaying] = usePlaying(times, at, size)
  const slider = useRef<HTMLInputElement>(null)
  const said = momentWords(times.length)
  const step = (by: 1 | -1) => show(stepFrom(times, at, size, by))
  const isFirst = times.length === 0 || (at !== null && at <= (times[0] as number))
  return (
    <fieldset class={`moment ${at === null ? '' : 'is-then'}`}>
      <legend>{texts.title}</legend>
      <Slider times={times} at={at} said={at === null ? texts.now : said} input={slider} />
      <div class="moment-steps">
        <button
          type="button"
          aria-disabled={isFirst}
          onClick={() => (isFirst ? undefined : step(-1))}
        >
          <span aria-hidden="true">◂</span> {texts.back}
        </button>
        <button
          type="button"
          aria-disabled={at === null}
          onClick={() => (at === null ? undefined : step(1))}
        >
          {texts.next} <span aria-hidden="true">▸</span>
        </button>
        <label class="choice">
          <span>{texts.size}</span>
          <select value={size} onChange={event => setSize(event.currentTarget.value as StepSize)}>
            {stepSizes.map(each => (
              <option key={each} value={each}>
                {texts.sizes[each]}
              </option>
            ))}
          </select>
        </label>
        {mayMove.matches ? (
          <button
            type="button"
            aria-disabled={times.length === 0}
            onClick={() => setPlaying(!isPlaying)}
          >
            {isPlaying ? texts.pause : texts.play}
          </button>
        ) : null}
        {at === null ? null : (
          <button
            type="button"
            class="primary"
            onClick={() => {
              backToNow()
              // The button goes: the focus must not go with it.
              slider.current?.focus()
            }}
          >
            {texts.toNow} <kbd>{texts.toNowKey}</kbd>
          </button>
        )}
      </div>
      <p class="moment-words" role="status">
        {at === null ? null : <b>{texts.notNow} </b>}
        {said}
      </p>
    </fieldset>
  )
}

/** Steps by itself until now is reached; from now it begins at the first. */
function usePlaying(
  times: readonly number[],
  at: number | null,
  size: StepSize
): readonly [boolean, (is: boolean) => void] {
  const [isPlaying, setPlaying] = useState(false)
  const isOn = isPlaying && mayMove.matches && times.length > 0
  useEffect(() => {
    if (!isOn) return
    const timer = setTimeout(() => {
      const next = stepFrom(times, at, size, 1)
      show(next)
      if (next === null) setPlaying(false)
    }, playEveryMs)
    return () => clearTimeout(timer)
  }, [isOn, at, size])
  const play = (is: boolean): void => {
    if (is && at === null) show(times[0] ?? null)
    setPlaying(is)
  }
  return [isOn, play]
}

interface SliderProps {
  readonly times: readonly number[]
  readonly at: number | null
  readonly said: string
  readonly input: Ref<HTMLInputElement>
}

function Slider({ times, at, said, input }: SliderProps) {
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const span = Math.max(1, last - first)
  const placeOf = (ms: number) =>
    Math.min(places - 1, Math.max(0, Math.round(((ms - first) / span) * (places - 1))))
  const timeAt = (place: number) =>
    place >= places ? null : Math.round(first + (place / (places - 1)) * span)
  const place = at === null ? places : placeOf(at)
  return (
    <div class="moment-line">
      <Counts times={times} until={at} />
      <input
        ref={input}
        type="range"
        min={0}
        max={places}
        value={place}
        disabled={times.length === 0}
        aria-label={words.moment.slider}
        aria-valuetext={said}
        // The address takes what is let go of: browsers allow few changes of it in a second.
        onInput={event => {
          heldMoment.value = isoOf(timeAt(Number(event.currentTarget.value)))
        }}
        onChange={event => show(timeAt(Number(event.currentTarget.value)))}
      />
    </div>
  )
}

/** When alerts came: dark up to the moment. The words beside it tell how many. */
function Counts({
  times,
  until
}: {
  readonly times: readonly number[]
  readonly until: number | null
}) {
  const heights = useMemo(() => countsOverTime(times, bars), [times])
  const highest = Math.max(1, ...heights)
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  return (
    <svg
      class="moment-counts"
      viewBox={`0 0 ${bars} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {heights.map((n, i) => {
        const isLater = until !== null && first + ((last - first) * i) / bars > until
        const height = n === 0 ? 0 : 1 + (9 * n) / highest
        return (
          <rect
            key={i}
            class={isLater ? 'later' : ''}
            x={i + 0.1}
            width={0.8}
            y={10 - height}
            height={height}
          />
        )
      })}
    </svg>
  )
}
