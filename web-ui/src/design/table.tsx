/**
 * A table that can be sorted by its heads, and scrolls sideways within itself where it does not fit. On a phone every row
 * is a card, each cell with its head beside it; the roles say that it is a table still, which `display` would take away.
 */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** Told to screen readers only: what stands in the cells says it itself (buttons). */
  readonly hidden?: boolean;
  /** For a head that is an abbreviation. */
  readonly title?: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Makes the column sortable. */
  readonly by?: (row: Row) => number | string;
  /** Right-aligned, digits of one width. */
  readonly number?: boolean;
}

interface TableProperties<Row> {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** In place of rows when there are none. */
  readonly empty?: ComponentChildren;
}

interface Order {
  readonly id: string;
  readonly descending: boolean;
}

function sorted<Row>(
  rows: readonly Row[],
  by: ((row: Row) => number | string) | undefined,
  descending: boolean,
): readonly Row[] {
  if (by === undefined) return rows;
  const direction = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [left, right] = [by(one), by(other)];
    if (typeof left === 'number' && typeof right === 'number') return direction * (left - right);
    return direction * String(left).localeCompare(String(right));
  });
}

export function Table<Row>({ columns, empty, keyOf, label, rows }: TableProperties<Row>) {
  const [order, setOrder] = useState<Order>();
  const by = columns.find((one) => one.id === order?.id)?.by;
  const shown = sorted(rows, by, order?.descending === true);
  if (rows.length === 0 && empty !== undefined) return <p class="muted table-empty">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-wrapper" tabIndex={0} aria-label={label}>
      {/* biome-ignore lint/a11y/noRedundantRoles: not redundant where a row is drawn as a card */}
      <table role="table" class="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            // biome-ignore lint/a11y/noRedundantRoles: not redundant where it is drawn as a card
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <td
                  key={column.id}
                  // biome-ignore lint/a11y/noRedundantRoles: not redundant where the row is drawn as a card
                  role="cell"
                  class={column.number === true ? 'number' : column.hidden === true ? 'deeds' : undefined}
                  data-head={column.hidden === true ? undefined : column.head}
                >
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProperties<Row> {
  readonly column: Column<Row>;
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

function Head<Row>({ column, onOrder, order }: HeadProperties<Row>) {
  const { by, head, hidden, id, number, title } = column;
  const current = order?.id === id ? order : undefined;
  const direction = current === undefined ? 'none' : current.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      class={number === true ? 'number' : undefined}
      title={title}
      aria-sort={by === undefined ? undefined : direction}
    >
      {by === undefined ? (
        <span class={hidden === true ? 'hidden-label' : undefined}>{head}</span>
      ) : (
        <button type="button" class="sort" onClick={() => onOrder({ id, descending: current?.descending === false })}>
          {head}
          <span aria-hidden="true" class="sort-mark">
            {current === undefined ? '' : current.descending ? '\u2193' : '\u2191'}
          </span>
        </button>
      )}
    </th>
  );
}
