import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'shape_dtype_mismatch',
  title: 'Tensors do not go together',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /shapes cannot be multiplied|DimensionMismatch\b|size of tensor a \(.*must match|mat1 and mat2|Sizes of tensors must match|could not be broadcast together|could not broadcast input|[Ss]hape mismatch|Incompatible shapes|shape '\[.*\]' is invalid for input|shapes .* not aligned|Dimension(?:s)? out of range|Input and parameter tensors are not|inhomogeneous shape|must match the existing size|exceeds dimension size|stack expects each tensor to be equal size|Given groups=.*expected input/i,
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
    {
      regex:
        /(?:incompatible|mismatch\w*|unequal|inconsistent|different|same) (?:tensor |array |input |batch |matrix )?(?:shapes?|sizes?|dimensions?|dims|lengths?|dtypes?|number of dimensions|numbers? of (?:elements|rows|columns|samples|channels|features))\b|(?:shapes?|sizes?|dimensions?|dtypes?|lengths?) (?:\S+ ){0,8}?(?:are |is |do(?:es)? )?(?:incompatible|not compatible|not match|not aligned|mismatch\w*|not equal|not consistent|unequal)\b|size-incompatible|contracting dimensions|core dimension|not compatible with input tensor's size|(?:target|input) tensor expected|(?:Expected|expected) (?:a )?\d-?[dD] (?:array|tensor|input|\(|or)|should be a \d-?d array|dtypes? (?:to )?match|Expected floating point type|Found dtype \w+ but expected|[Ee]xpected (?:a )?(?:tensor|input|target|array)s? (?:to (?:have|be)|of|with) (?:size|shape|dtype|type|same|dim|\d)|to have \d+ channels, but got|must have (?:the )?same (?:shape|size|length|dtype|number|first dimension)|All arrays must be of the same length|Classification metrics can't handle a mix|y_true and y_pred/i,
      weight: 'telling',
      not: /Warning|world[ _]size|checkpoint|state_dict|weights from file|size changed|loading|version mismatch|CUDA|module compiled|requested/i,
    },
    {
      regex:
        /Incompatible types .*dtype|device type tensor to numpy|Cannot cast (?:ufunc|array data) .*from dtype|can't be cast to the desired output type|Cannot convert .* to EagerTensor of dtype|cannot be cast to|The dtype of .* (?:must|should)|Input, output and indices must be on the current device|Attempting to (?:broadcast|unpack)|[Dd]imension out of range|selected index k out of range|indices should be either on|tensors used as indices must be|only (?:one element tensors|integer tensors|integer scalar arrays|size-1 arrays|length-1 arrays) can be converted|not implemented for 'Bool'|expected (?:np\.ndarray|Tensor as element|sequence of length)|must be Tensor, not|Unsupported type .*(?:tensor|dtype)|Can't call numpy\(\) on Tensor|Expected object of (?:scalar|device|backend) type|requires grad\. Use tensor\.detach|Buffer dtype mismatch/,
      weight: 'telling',
      not: /Warning|does not require grad/,
    },
    {
      regex:
        /(?:shapes?|sizes?|dim(?:ension)?s?|lengths?)\b.{0,60} must (?:be equal|match|be the same|be identical|agree)|must have (?:the )?same (?:\w+ )?(?:dim|dimension|embed dim|length|shape|size)|EinopsError|Error while processing (?:rearrange|reduce|repeat)|[Ll]ast dimension|do(?:es)? not match the (?:shape|size|number|length|dimension)|could not be resolved to shape/,
      not: /Warning|checkpoint|state_dict|world|pretrained|optimizer's group/i,
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
