// The form of a record, drawn from its table: fields, a warning if somebody else changed the record
// meanwhile, its button and the outcome.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import {
  type FieldRow,
  type FieldTable,
  fieldsShown,
  type Typed
} from '../../records/field-table.ts'
import type { Form } from '../../state/form-draft.ts'
import { words } from '../../words/words.ts'
import {
  type Bound,
  CheckField,
  ChoiceField,
  FieldGroup,
  SentForm,
  TextField
} from './controls.tsx'
import { faultIn } from './form.tsx'
import { collectOptions, type OptionLists, useKnownRules } from './option-lists.ts'
import { PickField } from './pick-field.tsx'

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

/** Without a button. */
export function RecordFields<T>({ form, table, told, lists = {}, own = {} }: FieldsProps<T>) {
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
          <div key={name} class="pair">
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
> = {
  ...{ secret: 'password', url: 'url', time: 'time', moment: 'datetime-local' }
}

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

interface FormProps<T> extends FieldsProps<T> {
  readonly form: Form<T>
  /** Of the button that sends it. */
  readonly label: string
  readonly onSend: () => void
  readonly title?: string
  readonly isReady?: boolean
  readonly isOpened?: boolean
  /** Next to the button. */
  readonly more?: ComponentChildren
  /** For a change: the current record; omitted if there is none. */
  readonly stands?: Stands<T> | undefined
  readonly children?: ComponentChildren
}

interface Stands<T> {
  readonly version: number
  /** Somebody else changed it since the version that was seen. */
  readonly isNewer: boolean
  /** The warning then. */
  readonly text: string
  /** Makes a draft of the current record. */
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
        <div role="alert" class="newer">
          <p>
            <b>
              <span aria-hidden="true">◐</span> <bdi>{stands.text}</bdi>
            </b>
          </p>
          <p class="buttons">
            <button type="button" onClick={goOn}>
              {words.views.goOn}
            </button>
            <button type="button" onClick={restart}>
              {words.views.restart}
            </button>
          </p>
        </div>
      ) : null}
    </SentForm>
  )
}
