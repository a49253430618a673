import { type ComponentType, useRef } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { arrowDownIcon, arrowUpIcon, plusIcon, xIcon } from '../../../ui/icons.ts'
import type { FieldsProps, Props } from '../fields.ts'
import { join } from '../path.ts'
import { Grouped } from './labelled.tsx'

const moved = (rows: unknown[], from: number, to: number): unknown[] => {
  const others = rows.filter((_, at) => at !== from)
  return [...others.slice(0, to), rows[from], ...others.slice(to)]
}

/** A list whose places are forms of their own. Keys follow the rows, so that what is typed stays with its row. */
type RowsProps = Props<'rows'> & {
  /** Draws what a row holds. */
  Fields: ComponentType<FieldsProps>
}

export function RowsInput({ field, label, path, value, change, Fields }: RowsProps) {
  const { t, n } = useI18n()
  const rows = Array.isArray(value) ? (value as unknown[]) : []
  const keys = useRef<number[]>([])
  const nextKey = useRef(0)
  while (keys.current.length < rows.length) keys.current.push(nextKey.current++)
  keys.current.length = rows.length
  const put = (next: unknown[], nextKeys: number[]) => {
    keys.current = nextKeys
    change(next)
  }
  const move = (from: number, to: number) =>
    put(moved(rows, from, to), moved(keys.current, from, to) as number[])
  return (
    <Grouped label={label} hint={field.hint} path={path}>
      <ol className="rows">
        {rows.map((row, at) => {
          const which = { name: label, count: n(at + 1) }
          return (
            <li key={keys.current[at]}>
              <div className="rows-fields">
                <Fields
                  fields={field.fields}
                  path={join(path, at)}
                  value={row}
                  change={(inner) => change(rows.map((one, i) => (i === at ? inner : one)))}
                />
              </div>
              <span className="rows-acts">
                {field.ordered && at > 0 ? (
                  <IconButton
                    icon={arrowUpIcon}
                    label={t('admin.moveUp', which)}
                    onClick={() => move(at, at - 1)}
                  />
                ) : null}
                {field.ordered && at < rows.length - 1 ? (
                  <IconButton
                    icon={arrowDownIcon}
                    label={t('admin.moveDown', which)}
                    onClick={() => move(at, at + 1)}
                  />
                ) : null}
                <IconButton
                  icon={xIcon}
                  label={t('admin.removeRow', which)}
                  onClick={() =>
                    put(
                      rows.filter((_, i) => i !== at),
                      keys.current.filter((_, i) => i !== at),
                    )
                  }
                />
              </span>
            </li>
          )
        })}
      </ol>
      <Button look="quiet" icon={plusIcon} onClick={() => change([...rows, field.blank()])}>
        {t(field.add)}
      </Button>
    </Grouped>
  )
}
