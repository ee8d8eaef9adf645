import { useId } from 'preact/hooks'

interface ChoiceProps {
  readonly label: string
  readonly value: string
  /** Codes with their words, in order. */
  readonly options: readonly (readonly [code: string, words: string])[]
  readonly onPick: (code: string) => void
}

/** One of several, of no form. */
export function Choice({ label, value, options, onPick }: ChoiceProps) {
  const id = useId()
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={event => onPick(event.currentTarget.value)}>
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  )
}
