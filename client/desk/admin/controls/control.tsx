/** Draws a field as its description says, and the fields inside it. */
import type { ReactNode } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import type { Field, FieldsProps } from '../fields.ts'
import type { Body } from '../merge.ts'
import { join, valueAt, withValueAt } from '../path.ts'
import { ChoiceInput, LanguageInput, PickInput, PicksInput, SeveralInput } from './choosing.tsx'
import { Grouped } from './labelled.tsx'
import { OpeningsInput } from './openings.tsx'
import { RowsInput } from './rows.tsx'
import {
  ColourInput,
  DateInput,
  LinesInput,
  NumberInput,
  PercentInput,
  SpanInput,
  TextInput,
  TickInput,
} from './simple.tsx'

export function Fields({ fields, path, value, change }: FieldsProps) {
  const holder = (typeof value === 'object' && value !== null ? value : {}) as Body
  return fields
    .filter(({ when = () => true }) => when(holder))
    .map((field, at) => (
      <Control
        key={field.at === '' ? at : field.at}
        field={field}
        path={join(path, field.at)}
        value={valueAt(value, field.at)}
        change={(inner) => change(withValueAt(value, field.at, inner))}
      />
    ))
}

type Given = { field: Field; path: string; value: unknown; change(value: unknown): void }

function Control(given: Given): ReactNode {
  const { t } = useI18n()
  const { field, path, value, change } = given
  const props = { path, value, change, label: t(field.label) }
  switch (field.is) {
    case 'text':
      return <TextInput field={field} {...props} />
    case 'number':
      return <NumberInput field={field} {...props} />
    case 'span':
      return <SpanInput field={field} {...props} />
    case 'percent':
      return <PercentInput field={field} {...props} />
    case 'tick':
      return <TickInput field={field} {...props} />
    case 'colour':
      return <ColourInput field={field} {...props} />
    case 'date':
      return <DateInput field={field} {...props} />
    case 'lines':
      return <LinesInput field={field} {...props} />
    case 'language':
      return <LanguageInput field={field} {...props} />
    case 'choice':
      return <ChoiceInput field={field} {...props} />
    case 'pick':
      return <PickInput field={field} {...props} />
    case 'picks':
      return <PicksInput field={field} {...props} />
    case 'several':
      return <SeveralInput field={field} {...props} />
    case 'openings':
      return <OpeningsInput {...props} />
    case 'own':
      return <field.Own {...props} />
    case 'rows':
      return <RowsInput field={field} {...props} Fields={Fields} />
    default:
      return <Group {...given} field={field} label={props.label} />
  }
}

type Holding = Extract<Field, { is: 'group' | 'media' | 'optional' }>
const media = ['chat', 'voice', 'video'] as const

function Group({ field, path, value, change, label }: Given & { field: Holding; label: string }) {
  const { t } = useI18n()
  const { fields, hint } = field
  if (field.is === 'group') {
    return (
      <Grouped label={label} hint={hint} path={path} folded={field.folded ?? false}>
        <Fields {...{ fields, path, value, change }} />
      </Grouped>
    )
  }
  if (field.is === 'media') {
    return (
      <Grouped label={label} hint={hint} path={path}>
        <div className="media-grid">
          {media.map((medium) => (
            <fieldset key={medium}>
              <legend>{t(`admin.medium_${medium}`)}</legend>
              <Fields
                fields={fields}
                path={join(path, medium)}
                value={valueAt(value, medium)}
                change={(inner) => change(withValueAt(value, medium, inner))}
              />
            </fieldset>
          ))}
        </div>
      </Grouped>
    )
  }
  const given = value !== null && value !== undefined
  return (
    <Grouped label={label} hint={hint} path={path}>
      <label className="check">
        <input
          type="checkbox"
          checked={given}
          onChange={(event) => change(event.currentTarget.checked ? field.blank() : null)}
        />
        {t('admin.set')}
      </label>
      {given ? <Fields {...{ fields, path, value, change }} /> : null}
    </Grouped>
  )
}
