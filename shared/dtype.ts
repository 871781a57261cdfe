/**
 * The types of elements and the elements themselves, as in the headers of files and in Python's
 * printed form. A leaf of pure types, after the HDF5 datatype classes.
 */

/** The type of an element, after the HDF5 datatype classes (HDF5 File Format Specification 3.0, IV.A.2.d). */
export type Dtype =
  | {
      readonly class: 'integer';
      readonly size: number;
      readonly signed: boolean;
      readonly order: '<' | '>';
      /** Absent if the number fills its bytes. */
      readonly bits?: BitField;
    }
  /** `size` 2, 4 or 8 for IEEE floats, 16 for x87's in 16 bytes, unless a layout is given. */
  | {
      readonly class: 'float';
      readonly size: number;
      readonly order: '<' | '>';
      /** Positions of sign, exponent and mantissa; absent if they follow from the size. */
      readonly layout?: FloatLayout;
    }
  /** `size` in bytes, or 'variable'. */
  | { readonly class: 'string'; readonly size: number | 'variable'; readonly charset: 'ascii' | 'utf8' }
  | { readonly class: 'enum'; readonly base: Dtype; readonly members: readonly EnumMember[] }
  | {
      readonly class: 'compound';
      readonly size: number;
      readonly fields: readonly CompoundField[];
      /** Whether it is a complex number of HDF5 2.0, with fields `r` and `i`. */
      readonly isComplex?: true;
    }
  | { readonly class: 'array'; readonly base: Dtype; readonly shape: readonly number[] }
  | { readonly class: 'vlen'; readonly base: Dtype }
  | { readonly class: 'opaque'; readonly size: number; readonly tag: string }
  | {
      readonly class: 'bitfield';
      readonly size: number;
      readonly order: '<' | '>';
      readonly bits?: BitField;
    }
  | { readonly class: 'time'; readonly size: number }
  /**
   * `standard`: a reference of HDF5 1.12 and later (H5R_ref_t), of that many bytes in the file; each of its
   * elements states its own target, and `target` is that of the type.
   */
  | {
      readonly class: 'reference';
      readonly target: 'object' | 'region' | 'attribute';
      readonly standard?: number;
    };

/** The bits of an element that count: `precision` of them, from bit `offset` up; the others are padding. */
export interface BitField {
  readonly precision: number;
  readonly offset: number;
}

/** A float by its parts, in bits counted from the lowest of its bytes. */
export interface FloatLayout {
  readonly sign: number;
  readonly exponentAt: number;
  readonly exponentBits: number;
  readonly mantissaAt: number;
  readonly mantissaBits: number;
  /** The bias of the exponent. */
  readonly bias: number;
  /** The mantissa's leading bit: not stored and 1, stored and always 1, or stored unchanged. */
  readonly normalization: 'implied' | 'set' | 'none';
}

/** One named value of an enumeration, in the file's order. */
export interface EnumMember {
  readonly name: string;
  readonly value: number | bigint;
}

/** One field of a compound, in the file's order. */
export interface CompoundField {
  readonly name: string;
  /** Bytes from the element's start. */
  readonly offset: number;
  readonly dtype: Dtype;
}

/**
 * One element of a value:
 * - integer, bitfield: a number where |n| < 2^53, a bigint beyond;
 * - float: a number (NaN, infinities and -0 included); long doubles are rounded to the nearest double;
 * - string: a string; fixed strings without their padding; a byte that is no UTF-8 becomes the lone
 *   surrogate U+DC00 + byte, as with Python's `surrogateescape`, so that the bytes can be recovered;
 * - enum: the underlying integer; its name is in the dtype;
 * - compound: its fields in order; array: its elements in row-major order; vlen: its elements;
 * - opaque, time and attribute references: the bytes in hexadecimal;
 * - reference: the index of its object in `NwbHeader.objects`, or null for a null one and, as `isDangling` says of
 *   it, for one to an object that is not among those. A reference of HDF5 1.12 and later tells its `target`, if that is
 *   no object: the object is then that of the region or the attribute.
 */
export type Element =
  | number
  | bigint
  | string
  | { readonly ref: number | null; readonly isDangling?: true; readonly target?: 'region' | 'attribute' }
  | { readonly hex: string }
  | readonly Element[];

/**
 * An array or scalar that was read completely: its elements in row-major order, whatever the shape; one for a scalar,
 * none for a null dataspace.
 */
export type Values = readonly Element[];
