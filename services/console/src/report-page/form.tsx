// The form of a report: what, when, where and how many; the rest is behind one line.

import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { countryCodes } from '../records/country-codes.ts'
import { type DraftField, formatPath, type ReportDraft } from '../records/report.ts'
import { glyphs } from '../shown/mark-shapes.ts'
import { Button } from '../view/parts/basics.tsx'
import { CheckField, ChoiceField, TextField } from '../view/parts/form.tsx'
import type { Options } from '../view/parts/record-form.tsx'
import { language, loadWords, words } from '../words/words.ts'
import { type Category, nameCategories } from './category-names.ts'
import { report, send, sending } from './reporter-state.ts'

function nameCountries(): readonly (readonly [string, string])[] {
  const names = new Intl.DisplayNames(language.value, { type: 'region' })
  return countryCodes
    .map(code => [code, names.of(code) ?? code] as const)
    .sort(([, a], [, b]) => a.localeCompare(b, language.value))
}
const nothing = () => ['', words.report.choose] as const

type TextName = Exclude<DraftField, 'drill'>

const bound = () => {
  const { deaths: best, radius: radiusKm } = words.report
  const form = { typed: report.typed, change: report.change, state: sending }
  return { form, told: { ...words.report, best, radiusKm } }
}

type TextProps = Omit<
  Parameters<typeof TextField<ReportDraft, TextName>>[0],
  'form' | 'told' | 'at'
>

function Text(props: TextProps) {
  return <TextField {...bound()} {...props} at={formatPath(props.name)} />
}

function Choice({ name, options }: { readonly name: TextName; readonly options: Options }) {
  return <ChoiceField {...bound()} name={name} at={formatPath(name)} options={options} />
}

/** The most common kinds, each with its drawing. */
const kinds: readonly (readonly [Category, string])[] = [
  ['attack', glyphs.attack],
  ['abduction', glyphs.abduction],
  ['blockade', 'M9 9h10v10H9zM9 14h10'],
  ['explosion', glyphs.tactic],
  ['displacement', glyphs.advice],
  ['other', 'M9 14h.1M14 14h.1M19 14h.1']
]

function What() {
  const { category } = report.typed.value
  return (
    <section class="quest" aria-labelledby="what">
      <h2 id="what" class="strong">
        1. {words.report.what}
      </h2>
      <div class="opts">
        {kinds.map(([kind, drawing]) => (
          <Button
            key={kind}
            class="opt-b"
            aria-pressed={category === kind}
            onClick={() => report.change({ category: kind })}
          >
            <svg class="icon" viewBox="6 6 16 16" aria-hidden="true">
              <path d={drawing} />
            </svg>
            <span>{nameCategories()[kind]}</span>
          </Button>
        ))}
      </div>
      <Choice name="category" options={[nothing(), ...Object.entries(nameCategories())]} />
      <Text name="narrative" rows={3} maxLength={20_000} />
    </section>
  )
}

/** The day here, as a field of days has it. */
function dayAgo(days: number): string {
  const at = new Date()
  at.setDate(at.getDate() - days)
  const two = (count: number) => String(count).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function When() {
  const { from } = report.typed.value
  return (
    <section class="quest" aria-labelledby="when">
      <h2 id="when" class="strong">
        2. {words.report.when}
      </h2>
      <div class="opts row2">
        {[words.report.today, words.report.yesterday].map((label, days) => (
          <Button
            key={label}
            class="opt-b short"
            aria-pressed={from === dayAgo(days)}
            onClick={() => report.change({ from: dayAgo(days), to: '' })}
          >
            {label}
          </Button>
        ))}
      </div>
      <Text name="from" type="date" />
    </section>
  )
}

function HowMany() {
  const { best } = report.typed.value
  const count = /^\d+$/.test(best) ? Number(best) : null
  const step = (next: number) => report.change({ best: next < 0 ? '' : String(next) })
  return (
    <section class="quest" aria-labelledby="how-many">
      <h2 id="how-many" class="strong">
        4. {words.report.howMany}
      </h2>
      <div class="stepper">
        <Text name="best" inputMode="numeric" />
        <Button
          aria-label={`${words.report.deaths}: ${words.report.fewer}`}
          onClick={() => step((count ?? 1) - 1)}
        >
          −
        </Button>
        <Button
          aria-label={`${words.report.deaths}: ${words.report.more}`}
          onClick={() => step((count ?? 0) + 1)}
        >
          +
        </Button>
      </div>
      <p class="hint fine">{words.report.unknownHint}</p>
    </section>
  )
}

function Rest() {
  const box = useRef<HTMLDetailsElement>(null)
  const state = sending.value
  useEffect(() => {
    // A fault that is folded away is not seen.
    if (box.current?.querySelector('.has-fault')) box.current.open = true
  }, [state])
  const isCorrection = report.typed.value.of !== undefined
  return (
    <details class="quest" ref={box}>
      <summary>{words.report.rest}</summary>
      <Text name="source" readOnly={isCorrection} />
      <Text name="to" type="date" />
      <Text name="admin1" />
      <div class="three as-grid gap-3">
        <Text name="lat" inputMode="decimal" />
        <Text name="lon" inputMode="decimal" />
        <Text name="radiusKm" inputMode="decimal" />
      </div>
      <LazyMap />
      <div class="two">
        <Text name="low" inputMode="numeric" />
        <Text name="high" inputMode="numeric" />
      </div>
      <Text name="link" type="url" />
      <Choice name="handling" options={Object.entries(words.report.handlings)} />
      <Text name="externalId" readOnly={isCorrection} />
      <CheckField {...bound()} name="drill" />
    </details>
  )
}

/** The map is loaded when it is asked for: the form works without it. */
function LazyMap() {
  const [isOpen, setOpen] = useState(false)
  const [{ View }, setView] = useState<{ readonly View: ComponentType | null }>({ View: null })
  const [failure, setFailure] = useState('')
  const toggle = async () => {
    setOpen(!isOpen)
    if (isOpen || View !== null) return
    try {
      // The names of countries and kinds stand with the words of the console's shell.
      const parts = loadWords('map', 'shell')
      const [{ PlaceMap }] = await Promise.all([import('./place-map.tsx'), parts])
      setView({ View: PlaceMap })
      setFailure('')
    } catch {
      setFailure(words.report.unreachable)
      setOpen(false)
    }
  }
  return (
    <>
      <p class="line">
        <Button aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? words.report.closeMap : words.report.openMap}
        </Button>
        {isOpen ? null : <span class="hint fine">{words.report.mapSize}</span>}
      </p>
      <p role="status">{isOpen && View === null ? words.report.asking : failure}</p>
      {isOpen && View !== null ? <View /> : null}
    </>
  )
}

function focusFault(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.has-fault :is(input, select, textarea)')?.focus()
  )
}

export function Form() {
  const state = sending.value
  const [countries] = useState(nameCountries)
  const submit = async (event: Event) => {
    event.preventDefault()
    await send()
    if (sending.peek().kind === 'refused') focusFault()
  }
  const isCorrection = report.typed.value.of !== undefined
  return (
    <form onSubmit={submit} noValidate>
      <What />
      <When />
      <section class="quest" aria-labelledby="where">
        <h2 id="where" class="strong">
          3. {words.report.where}
        </h2>
        <Text name="place" />
        <Choice name="country" options={[nothing(), ...countries]} />
      </section>
      <HowMany />
      <Rest />
      <div class="sendbar">
        <p class={`outcome ${state.kind}`} role="status">
          {state.kind === 'asking'
            ? words.report.asking
            : state.kind === 'done' || state.kind === 'refused'
              ? state.text
              : ''}
        </p>
        <button type="submit" class="primary" disabled={state.kind === 'asking'}>
          {state.kind === 'refused'
            ? words.report.again
            : isCorrection
              ? words.report.sendCorrection
              : words.report.send}
        </button>
        <span class="hint fine">{words.report.kept}</span>
      </div>
    </form>
  )
}
