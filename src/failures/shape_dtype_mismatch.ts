import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'shape_dtype_mismatch',
  title: 'Tensors do not go together',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /shapes cannot be multiplied|size of tensor a \(.*must match|mat1 and mat2|Sizes of tensors must match|could not be broadcast together|could not broadcast input|[Ss]hape mismatch|Incompatible shapes|shape '\[.*\]' is invalid for input|shapes .* not aligned|Dimension(?:s)? out of range|Input and parameter tensors are not|inhomogeneous shape|must match the existing size|exceeds dimension size|stack expects each tensor to be equal size|Given groups=.*expected input/i,
    },
    {
      regex:
        /Expected all tensors to be on the same device|but found at least two devices|Input type \(.*\) and (?:weight|bias) type|expected scalar type \w+ but found|expected (?:m1 and m2|mat1 and mat2) to have the same dtype|must have the same dtype|"\w+" not implemented for '\w+'|Expected tensor for argument|invalid data type '\w+'|result type \w+ can't be cast|expected \w+ dtype|should be the same type|incompatible dtype/,
    },
    {
      regex:
        /Expected (?:input batch_size|target size|more than 1 value per channel|\dD|hidden\[0\] size)|input has inconsistent input_size|Expected \d-dimensional input|Target size .* must be the same as input size|expects? (?:input )?(?:with|to have) (?:shape|dim)|inconsistent numbers of samples|setting an array element with a sequence/,
    },
    {
      regex:
        /Length of values \(\d+\) does not match|must (?:all )?be (?:\d-dimensional|of the same length)|Data must be \d-dimensional|each be 1-dimensional|If using all scalar values, you must pass an index|Shape of passed values|Length mismatch: Expected/,
    },
    {
      regex:
        /input array dimensions .* must match|is incompatible with the layer|Target -?\d+ is out of bounds|different number of outputs?|Dimensions must be equal|number of features .*(?:must match|expecting)|has \d+ features, but .* is expecting \d+|The shape of the mask|axes don't match|cannot reshape (?:array|tensor)|index out of range in self/,
    },
  ],
  remedy: () => null,
  explain: () => 'Two tensors or arrays differ in size, type or device where they should agree.',
  examples: [
    { text: 'RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x8 and 16x2)', line: 1 },
    { text: 'RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!', line: 1 },
  ],
  nearMisses: [
    'RuntimeError: Error(s) in loading state_dict for Net:\n\tsize mismatch for head.weight: copying a param with shape torch.Size([10, 4])',
  ],
});
