// A field of several of the codes that are offered, by their names: boxes to tick where they are few,
// else a search, and what is chosen so far.

import type { RefObject } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { words } from '../../words/words.ts'
import { Check, FieldGroup } from './controls.tsx'
import { Field } from './form.tsx'
import { Icon } from './icon.tsx'
import type { Options } from './option-lists.ts'

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
            <ul class="picked-ones">
              {chosen.map(code => {
                const said = options.find(([each]) => each === code)?.[1] ?? code
                return (
                  <li key={code}>
                    <button
                      type="button"
                      class="token"
                      aria-label={words.views.dropPick(said)}
                      onClick={() => choose(chosen.filter(each => each !== code))}
                    >
                      <bdi>{said}</bdi> <Icon name="cross" />
                    </button>
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
