import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'data_corrupt',
  title: 'A file is there and cannot be read',
  fault: 'data',
  route: 'data',
  patterns: [
    {
      regex:
        /PytorchStreamReader failed|failed finding central directory|invalid magic number; corrupt|Invalid magic number|HeaderTooLarge|InvalidHeaderDeserialization|MetadataIncompleteBuffer/i,
    },
    {
      regex:
        /BadZipFile|File is not a zip file|BadGzipFile|Not a gzipped file|EOFError: Compressed file ended|zlib\.error|tarfile\.ReadError|unexpected end of (?:file|data)|Unexpected EOF in archive|CRC check failed|Ran out of input/i,
    },
    {
      regex:
        /JSONDecodeError|UnicodeDecodeError|UnpicklingError|pickle data was truncated|ParserError: Error tokenizing|EmptyDataError: No columns|XMLSyntaxError|Invalid JSON|ArrowInvalid: (?:Parquet|JSON|CSV|Not an Arrow)|Parquet magic bytes not found/,
      not: /requests\.exceptions|Weights only load failed/,
    },
    {
      regex:
        /image file is truncated|cannot identify image file|UnidentifiedImageError|broken (?:data stream|PNG)|truncated File Read|checksum (?:mismatch|did not match)|ChecksumVerificationError|NonMatchingChecksumError|unable to (?:synchronously )?open file.*(?:truncated|signature)|file signature not found|DataLossError|corrupted record|moov atom not found/i,
      not: /Warning/,
    },
    {
      regex:
        /file is not a database|database disk image is malformed|End-of-central-directory signature not found|cannot find zipfile directory|allow_pickle=False|ParseError: (?:not well-formed|no element found|mismatched tag|syntax error)|LZMAError|LibsndfileError|Format not recogni[sz]ed|Excel file format cannot be determined|not recogni[sz]ed as (?:being in )?a supported file format|_csv\.Error|line contains NU|invalid load key|could not parse .{1,80} as dtype|Invalid data found when processing input|is not a valid (?:zip|gzip|tar|HDF5|parquet|JSON|image|NIfTI|FITS|DICOM|NetCDF)|unsupported (?:image|audio|video|file) format|Bad magic number|[Bb]ad local file header|invalid (?:gzip|zip|tar|PNG|JPEG|header|block type|compressed data|stored block)|Error -3 while decompressing|[Cc]orrupt(?:ed)?\b.{0,40}(?:file|data|archive|image|header|record|JPEG|index)|(?:file|archive|image|shard|data|record|index) (?:\S+ ){0,3}?(?:is|seems|appears|may be|might be|was) (?:to be )?(?:corrupt\w*|truncated|damaged|incomplete|empty)|cannot decode|decode error|codec can't decode|malformed|UnicodeError|Expecting (?:value|property name|',' delimiter)|hash mismatch|[Hh]ash(?:es)? (?:does|do) not match|premature end of|Premature end|unexpected EOF|Zstd ?Error|Decompression ?Error|BadRequest.*parse|Truncated (?:file|header|MAT)|Unknown mat file type|mat reader|not an? (?:HDF5|Arrow|parquet|zarr|ELF) file|GroupNotFoundError|invalid TFRecord/,
      weight: 'telling',
      not: /Warning|incomplete data\.|NCCL|looking for matching|HASHES|requests\.exceptions|Weights only load failed|memory|pointer|prev_size|node name|requested|double free|malloc|state_dict/i,
    },
    {
      regex:
        /size is 0 bytes|Could not open (?:Parquet|Arrow|ORC|CSV) input|Truncated or corrupt|broken (?:PNG|JPEG|GIF)|[Bb]ad CRC|CRC32|ArrowInvalid: (?!Field)|ArrowTypeError|not a gzip file/,
      not: /Warning|schema|column/,
    },
    {
      regex:
        /not in gzip format|not a ZIP archive|[Uu]nrecognized archive format|does not look like a tar archive|stdin: unexpected end of file|bad zipfile offset|invalid or corrupted/,
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'A file is damaged or of another kind than the program thinks. Shall I fetch it again?' }),
  explain: () => 'A file is there and cannot be read: it is cut off, damaged, or of another format or encoding.',
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\n    zipfile.ZipFile(p)\nzipfile.BadZipFile: File is not a zip file',
      line: 4,
    },
    { text: "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte", line: 1 },
  ],
  nearMisses: [
    '12 shards read, 0 corrupt, 0 truncated\ntraining finished',
    'WARNING: skipped truncated image a.jpg\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
