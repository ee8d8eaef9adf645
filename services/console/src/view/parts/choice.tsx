import { useId } from 'preact/hooks'

interface ChoiceProps {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly class?: string
  readonly value: string
  /** Codes with their words, in order. */
  readonly options: readonly (readonly [code: string, words: string])[]
  readonly onPick: (code: string) => void
}

/** One of several, of no form. */
export function Choice(props: ChoiceProps) {
  const { label, isLabelHidden = false, class: name = 'choice', value, options, onPick } = props
  const id = useId()
  return (
    <span class={name}>
      <label for={id} class={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
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
