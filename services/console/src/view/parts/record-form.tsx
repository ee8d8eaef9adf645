// The form of a record, drawn from its table: fields, a warning if somebody else changed the record
// meanwhile, its button and the outcome. Fields of several codes, and the lists that they offer.

import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { rules } from '../../http/requests.ts'
import {
  type FieldRow,
  type FieldTable,
  fieldsShown,
  type Typed
} from '../../records/field-table.ts'
import { severities } from '../../shown/shown-alert.ts'
import { mayUse, theatres, theatreWords } from '../../state/console-state.ts'
import type { Form } from '../../state/forms.ts'
import { resource } from '../../state/resource.ts'
import { codeNames, countryWords } from '../../words/code-names.ts'
import { valueWords } from '../../words/filter-words.ts'
import { words } from '../../words/words.ts'
import { Button } from './basics.tsx'
import {
  type Bound,
  Check,
  CheckField,
  ChoiceField,
  Field,
  FieldGroup,
  faultIn,
  SentForm,
  TextField
} from './form.tsx'
import { Icon } from './icon.tsx'

interface FieldsProps<T> {
  readonly form: Bound<T>
  readonly table: FieldTable
  /** Labels by the names of fields, and hints: `reason` and `reasonHint`. */
  readonly told: object
  /** Lists that only this form offers. */
  readonly lists?: OptionLists
  /** Fields that the caller draws. */
  readonly own?: Readonly<Record<string, ComponentChildren>>
}

function RecordFields<T>({ form, table, told, lists = {}, own = {} }: FieldsProps<T>) {
  useKnownRules()
  const rows: { name: string | undefined; fields: [string, FieldRow][] }[] = []
  for (const field of fieldsShown(table, form.typed.value as object)) {
    const name = field[1].row
    const last = rows.at(-1)
    if (name !== undefined && last?.name === name) last.fields.push(field)
    else rows.push({ name, fields: [field] })
  }
  const texts = told as Readonly<Record<string, string>>
  const bound = form as unknown as Bound<Typed>
  return (
    <>
      {rows.map(({ name, fields }) => {
        const drawn = fields.map(([each, row]) =>
          each in own ? (
            own[each]
          ) : (
            <OneField key={each} {...{ lists, row, told: texts }} form={bound} name={each} />
          )
        )
        if (name === undefined) return drawn
        const legend = texts[name]
        const inRow = (
          <div key={name} class="pair as-grid">
            {drawn}
          </div>
        )
        if (legend === undefined) return inRow
        return (
          <FieldGroup key={name} legend={legend} hint={texts[`${name}Hint`]}>
            {inRow}
          </FieldGroup>
        )
      })}
    </>
  )
}

interface OneProps {
  readonly form: Bound<Typed>
  readonly told: Readonly<Record<string, string>>
  readonly lists: OptionLists
  readonly name: string
  readonly row: FieldRow
}

const inputTypes: Readonly<
  Record<string, 'password' | 'url' | 'time' | 'datetime-local' | 'date'>
> = { ...{ secret: 'password', url: 'url', time: 'time', moment: 'datetime-local' } }

function OneField({ form, told, lists, name, row }: OneProps) {
  const { as, at = name, of = name, isRequired = false, maxLength } = row
  const control = { form, told, name, at, required: isRequired }
  if (as === 'check') return <CheckField {...control} />
  if (as === 'choice') return <ChoiceField {...control} options={collectOptions(of, lists)} />
  if (as === 'picks')
    return (
      <PickField
        label={told[name] ?? name}
        hint={told[`${name}Hint`]}
        fault={faultIn(form.state.value, at)}
        options={collectOptions(of, lists)}
        chosen={form.typed.value[name] as readonly string[]}
        choose={chosen => form.change({ [name]: chosen })}
      />
    )
  const isLong = as === 'lines'
  return (
    <TextField
      {...control}
      type={inputTypes[as] ?? 'text'}
      {...(maxLength !== undefined && { maxLength })}
      {...(isLong && { rows: 3 })}
      {...(as === 'number' && { class: 'short', inputMode: 'decimal' })}
      {...(['url', 'secret'].includes(as) && { spellcheck: false })}
      {...(told[`${name}Example`] !== undefined && { placeholder: told[`${name}Example`] })}
    />
  )
}

interface FormProps<T extends object> extends FieldsProps<T> {
  readonly form: Form<T>
  readonly label: string
  readonly onSend: () => void
  readonly title?: string
  readonly isReady?: boolean
  readonly isOpened?: boolean
  readonly more?: ComponentChildren
  /** For a change: the current record; omitted if there is none. */
  readonly stands?: Stands<T> | undefined
  readonly children?: ComponentChildren
}

interface Stands<T> {
  readonly version: number
  /** Somebody else changed it since the version that was seen. */
  readonly isNewer: boolean
  readonly text: string
  readonly begin: () => T
}

export function RecordForm<T extends object>(props: FormProps<T>) {
  const { form, table, told, lists = {}, own = {}, stands, children, ...sent } = props
  const isNewer = stands?.isNewer === true
  const isTyped = form.isTyped()
  const restart = () => {
    if (stands === undefined) return
    form.forget()
    form.restart(stands.begin())
  }
  const goOn = () => {
    form.forget()
    form.change({ version: stands?.version } as unknown as Partial<T>)
  }
  useLayoutEffect(() => {
    // Nobody typed anything, so no question: show the current record.
    if (isNewer && !isTyped) restart()
  }, [isNewer, isTyped, stands?.version])
  return (
    <SentForm by={form} {...sent}>
      <RecordFields {...{ form, table, told, lists, own }} />
      {children}
      {isNewer && isTyped ? (
        <div role="alert" class="newer as-grid">
          <p>
            <b>
              <span aria-hidden="true">◐</span> <bdi>{stands.text}</bdi>
            </b>
          </p>
          <p class="line">
            <Button onClick={goOn}>{words.views.goOn}</Button>
            <Button onClick={restart}>{words.views.restart}</Button>
          </p>
        </div>
      ) : null}
    </SentForm>
  )
}

interface PickProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly fault?: string | undefined
  readonly options: Options
  readonly chosen: readonly string[]
  readonly choose: (chosen: readonly string[]) => void
}

const boxesMax = 10
/** More are found by typing on. */
const offeredMax = 60

export function PickField(props: PickProps) {
  const { label, hint, fault, options, chosen, choose } = props
  if (options.length === 0 || options.length > boxesMax) return <Search {...props} />
  const turn = (code: string, isOn: boolean) =>
    choose(isOn ? [...chosen, code] : chosen.filter(each => each !== code))
  // What is in force and not offered any more stays until it is dropped.
  const former = chosen.filter(code => options.every(([each]) => each !== code))
  return (
    <FieldGroup legend={label} hint={hint} fault={fault} class="boxes">
      {[...options, ...former.map(code => [code, code] as const)].map(([code, said]) => (
        <Check
          key={code}
          label={said}
          isOn={chosen.includes(code)}
          turn={isOn => turn(code, isOn)}
        />
      ))}
    </FieldGroup>
  )
}

const plain = (text: string) => text.trim().toLocaleLowerCase()

/** Without anything on offer, as where rules may not be read, codes are typed. */
function Search({ label, hint, fault, options, chosen, choose }: PickProps) {
  const [typed, setTyped] = useState('')
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  const sought = plain(typed)
  const open = options.filter(([code]) => !chosen.includes(code))
  const fitting =
    sought === '' ? open : open.filter(([code, said]) => plain(`${said} ${code}`).includes(sought))
  const type = (text: string) => {
    setTyped(text)
    // What is left in the field would not be sent: the form waits.
    field.current?.setCustomValidity(text.trim() === '' ? '' : words.views.notOffered)
  }
  const take = (code: string | undefined) => {
    if (code === undefined) return
    choose([...chosen, code])
    type('')
  }
  const whole = (text: string) =>
    open.find(each => each.some(member => plain(member) === plain(text)))?.[0]
  return (
    <Field label={label} hint={hint} fault={fault}>
      {attributes => (
        <>
          <input
            {...attributes}
            ref={field as RefObject<HTMLInputElement>}
            list={listId}
            autocomplete="off"
            spellcheck={false}
            placeholder={words.views.pick}
            value={typed}
            onInput={event => {
              const text = event.currentTarget.value
              type(text)
              // One that was picked from the list stands there whole.
              if (!(event as InputEvent).inputType?.startsWith('insertText')) take(whole(text))
            }}
            onKeyDown={event => {
              if (event.key !== 'Enter' || typed.trim() === '') return
              event.preventDefault()
              take(options.length === 0 ? typed.trim() : (whole(typed) ?? fitting[0]?.[0]))
            }}
            onBlur={() => take(options.length === 0 ? typed.trim() || undefined : whole(typed))}
          />
          <datalist id={listId}>
            {fitting.slice(0, offeredMax).map(([code, said]) => (
              <option key={code} value={said} />
            ))}
          </datalist>
          {chosen.length === 0 ? null : (
            <ul class="line tight">
              {chosen.map(code => {
                const said = options.find(([each]) => each === code)?.[1] ?? code
                return (
                  <li key={code}>
                    <Button
                      class="token breaks fine"
                      aria-label={words.views.dropPick(said)}
                      onClick={() => choose(chosen.filter(each => each !== code))}
                    >
                      <bdi>{said}</bdi> <Icon name="cross" />
                    </Button>
                  </li>
                )
              })}
            </ul>
          )}
        </>
      )}
    </Field>
  )
}

export type Option = readonly [code: string, words: string]
export type Options = readonly Option[]
export type OptionLists = Readonly<Record<string, Options>>

const known = resource(() => rules.list())

/** Rules are named to who may read them. */
function useKnownRules(): void {
  useEffect(() => {
    if (mayUse('alerts:read') || mayUse('rules:manage')) void known.load()
  }, [])
}

const named = (codes: Iterable<string>, name: string): Options =>
  [...codes]
    .map((code): Option => [code, valueWords(name, code)])
    .sort(([, a], [, b]) => a.localeCompare(b, words.language))

/** Countries distinguish two areas of the same name. */
function areas(): Options {
  return named(Object.keys(codeNames.value.areas), 'admin1').map(([code, name]) => [
    code,
    `${name}, ${countryWords(code.slice(0, 2))}`
  ])
}

const ruleItems = () => known.state.value.body?.items ?? []

const lists: Readonly<Record<string, () => Options>> = {
  severities: () => severities.map(code => [code, words.severities[code]]),
  leastSeverities: () => severities.map(code => [code, valueWords('minSeverity', code)]),
  certainties: () => Object.entries(words.certainties),
  handlings: () => Object.entries(words.handlings),
  countries: () => named(Object.keys(codeNames.value.countries), 'country'),
  areas,
  categories: () => named(Object.keys(codeNames.value.categories), 'category'),
  patterns: () => named(new Set(ruleItems().map(({ pattern }) => pattern)), 'pattern'),
  rules: () => ruleItems().map(({ ruleId, title }) => [ruleId, title ?? ruleId]),
  theatres: () => theatres.value.map(({ id }) => [id, theatreWords(id)])
}

/** `own`: lists of the form itself. */
export function collectOptions(name: string, own: OptionLists): Options {
  return own[name] ?? lists[name]?.() ?? []
}
