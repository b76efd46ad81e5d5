/** A category that products are in: what they are called, and what they cost. */
export interface Shelf {
  readonly name: string;
  /** What a product is: "non-stick frying pan". */
  readonly things: readonly string[];
  /** Whole rupees, from and to. */
  readonly rupees: readonly [number, number];
}

/** A department of the shop: its brands, what sets its products apart, and its shelves. */
export interface Department {
  readonly name: string;
  readonly brands: readonly string[];
  /** Stands before the thing: "stainless steel". */
  readonly kinds: readonly string[];
  /** Stands behind it: "5-piece set". */
  readonly sizes: readonly string[];
  /** Why somebody would want it; {thing} is what it is. */
  readonly praise: readonly string[];
  readonly shelves: readonly Shelf[];
}

const shelf = (name: string, rupees: readonly [number, number], ...things: string[]): Shelf => ({ name, rupees, things });

/** Everything the shop sells, made up. */
export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Kitchen',
    brands: ['Kavira', 'Tavola', 'Chulha & Co', 'Ember Home', 'Nilgiri Steel'],
    kinds: ['Stainless steel', 'Cast iron', 'Hard-anodised', 'Copper-bottom', 'Ceramic', 'Non-stick'],
    sizes: ['2-piece set', '5-piece set', 'family size', 'compact', 'with glass lid', 'with wooden handle'],
    praise: [
      'Heats evenly and cleans in a minute.',
      'Made for kitchens that cook every day.',
      'Works on gas and induction alike.',
      'A {thing} that outlives its recipes.',
    ],
    shelves: [
      shelf('Cookware', [499, 6999], 'cookware set', 'frying pan', 'saucepan', 'kadhai', 'stock pot', 'tawa'),
      shelf('Bakeware', [249, 2499], 'cake tin', 'baking tray', 'muffin tin', 'loaf tin', 'cooling rack'),
      shelf('Kitchen knives', [199, 4999], "chef's knife", 'paring knife', 'bread knife', 'santoku knife', 'knife block'),
      shelf('Kettles and coffee', [799, 8999], 'gooseneck kettle', 'electric kettle', 'French press', 'moka pot', 'filter coffee maker'),
      shelf('Storage and containers', [149, 1999], 'spice box', 'lunch box', 'airtight container', 'water bottle', 'bread bin'),
      shelf('Pressure cookers', [999, 5499], 'pressure cooker', 'pressure pan', 'handi cooker', 'electric cooker'),
    ],
  },
  {
    name: 'Dining and table',
    brands: ['Ember Home', 'Sagar Pottery', 'Lumen Glass', 'Tavola'],
    kinds: ['Hand-painted', 'Stoneware', 'Bone china', 'Terracotta', 'Clear glass', 'Brass'],
    sizes: ['set of 2', 'set of 4', 'set of 6', 'large', 'small'],
    praise: [
      'For the table where everybody stays a little longer.',
      'Dishwasher safe, and too good to hide.',
      'Each {thing} comes out of the kiln a little different.',
    ],
    shelves: [
      shelf('Dinner sets', [899, 9999], 'dinner set', 'dinner plate', 'quarter plate', 'serving platter', 'thali'),
      shelf('Bowls', [199, 1999], 'soup bowl', 'serving bowl', 'snack bowl', 'mixing bowl'),
      shelf('Cups and mugs', [149, 1799], 'coffee mug', 'tea cup', 'espresso cup', 'kulhad'),
      shelf('Glassware', [249, 2999], 'tumbler', 'wine glass', 'juice glass', 'carafe'),
      shelf('Cutlery', [199, 3999], 'cutlery set', 'dessert spoon', 'table fork', 'serving ladle'),
    ],
  },
  {
    name: 'Living',
    brands: ['Oakline', 'Banyan Living', 'Ember Home', 'Studio Mira'],
    kinds: ['Sheesham wood', 'Solid oak', 'Rattan', 'Linen', 'Velvet', 'Jute'],
    sizes: ['small', 'medium', 'large', '2-seater', '3-seater', 'foldable'],
    praise: [
      'Looks right in a flat and in a farmhouse.',
      'Put together in ten minutes, kept for ten years.',
      'A {thing} that makes a room.',
    ],
    shelves: [
      shelf('Sofas and chairs', [3999, 64999], 'armchair', 'sofa', 'rocking chair', 'pouffe', 'bench'),
      shelf('Tables', [1999, 34999], 'coffee table', 'side table', 'console table', 'nesting table'),
      shelf('Lighting', [499, 8999], 'table lamp', 'floor lamp', 'pendant light', 'fairy lights', 'reading lamp'),
      shelf('Rugs', [799, 15999], 'rug', 'runner', 'dhurrie', 'doormat'),
      shelf('Cushions and throws', [249, 2999], 'cushion cover', 'throw', 'floor cushion', 'bolster'),
      shelf('Wall and decor', [199, 5999], 'wall clock', 'mirror', 'photo frame', 'vase', 'wall shelf'),
    ],
  },
  {
    name: 'Bed and bath',
    brands: ['Nidra', 'Cotton Theory', 'Banyan Living'],
    kinds: ['Organic cotton', 'Percale', 'Bamboo', 'Waffle-weave', 'Microfibre', 'Linen'],
    sizes: ['single', 'double', 'king size', 'set of 2', 'set of 4'],
    praise: ['Softer with each wash.', 'Woven to breathe on the warmest night.', 'The {thing} you will pack for every trip.'],
    shelves: [
      shelf('Bed linen', [699, 7999], 'bedsheet', 'duvet cover', 'pillowcase', 'dohar', 'quilt'),
      shelf('Pillows', [299, 3999], 'pillow', 'memory foam pillow', 'neck pillow', 'body pillow'),
      shelf('Towels', [199, 2499], 'bath towel', 'hand towel', 'beach towel', 'face towel'),
      shelf('Bathroom', [149, 2999], 'soap dispenser', 'bath mat', 'shower curtain', 'toothbrush holder', 'laundry basket'),
      shelf('Mattresses', [4999, 39999], 'mattress', 'mattress topper', 'mattress protector'),
    ],
  },
  {
    name: 'Audio',
    brands: ['Dhvani', 'Northbeat', 'Quarter Note', 'Auralis'],
    kinds: ['Wireless', 'Noise-cancelling', 'Open-back', 'Studio', 'Waterproof', 'True wireless'],
    sizes: ['with charging case', 'with microphone', 'mini', 'pro', '2nd generation'],
    praise: [
      'Forty hours between charges.',
      'Clear from the first drum to the last word.',
      'A {thing} for the train, the desk and the evening.',
    ],
    shelves: [
      shelf('Headphones', [999, 29999], 'headphones', 'on-ear headphones', 'gaming headset', 'earphones', 'earbuds'),
      shelf('Speakers', [799, 24999], 'bookshelf speaker', 'portable speaker', 'party speaker', 'smart speaker', 'soundbar'),
      shelf('Microphones', [699, 14999], 'USB microphone', 'lapel microphone', 'podcast microphone'),
      shelf('Turntables', [5999, 44999], 'turntable', 'phono preamplifier', 'record brush'),
    ],
  },
  {
    name: 'Computers',
    brands: ['Keystone', 'Pixelgrove', 'Volta', 'Northbeat'],
    kinds: ['Mechanical', 'Ergonomic', 'Backlit', 'Wireless', 'Aluminium', 'USB-C'],
    sizes: ['60 %', 'full size', '27-inch', '15-inch', '8-port', '2 m'],
    praise: ['Quiet enough for the night shift.', 'Plug it in and forget it is there.', 'A {thing} built to be repaired.'],
    shelves: [
      shelf('Keyboards', [699, 14999], 'keyboard', 'numeric keypad', 'keycap set', 'wrist rest'),
      shelf('Mice', [399, 7999], 'mouse', 'trackball', 'vertical mouse', 'mouse mat'),
      shelf('Monitors', [8999, 64999], 'monitor', 'portable monitor', 'monitor arm'),
      shelf('Hubs and cables', [249, 8999], 'hub', 'charging cable', 'dock', 'Ethernet adapter'),
      shelf('Storage', [1499, 24999], 'external SSD', 'memory card', 'pen drive', 'drive enclosure'),
      shelf('Laptop bags', [799, 6999], 'laptop sleeve', 'laptop backpack', 'messenger bag'),
    ],
  },
  {
    name: 'Sports and outdoors',
    brands: ['Sahyadri', 'Trailmark', 'Vayu Sports', 'Basecamp 21'],
    kinds: ['Lightweight', 'All-weather', 'Reflective', 'Insulated', 'Quick-dry', 'High-grip'],
    sizes: ['20 L', '40 L', '2-person', 'junior', '1 litre', 'size 5'],
    praise: ['Tested in the monsoon.', 'Packs down to the size of a book.', 'A {thing} that wants to be outside.'],
    shelves: [
      shelf('Camping', [499, 18999], 'tent', 'sleeping bag', 'camping stove', 'headlamp', 'camping chair'),
      shelf('Backpacks', [899, 12999], 'daypack', 'trekking backpack', 'hydration pack', 'duffel bag'),
      shelf('Yoga', [299, 3999], 'yoga mat', 'yoga block', 'yoga strap', 'meditation cushion'),
      shelf('Cricket', [199, 14999], 'cricket bat', 'cricket ball', 'batting gloves', 'wicket set'),
      shelf('Cycling', [249, 9999], 'cycling helmet', 'bike light', 'bike lock', 'floor pump', 'pannier'),
      shelf('Fitness', [199, 11999], 'dumbbell pair', 'kettlebell', 'resistance band', 'skipping rope', 'foam roller'),
    ],
  },
  {
    name: 'Books and paper',
    brands: ['Inkwell', 'Margin & Co', 'Paperbird'],
    kinds: ['Hardbound', 'Recycled', 'Dotted', 'Ruled', 'Leather-bound', 'Handmade'],
    sizes: ['A4', 'A5', 'A6', 'pack of 3', 'pack of 12'],
    praise: ['Paper that takes a fountain pen.', 'Lies flat, stays flat.', 'A {thing} for what should not be forgotten.'],
    shelves: [
      shelf('Notebooks', [99, 1499], 'notebook', 'journal', 'sketchbook', 'planner'),
      shelf('Pens', [49, 4999], 'fountain pen', 'gel pen', 'brush pen', 'ink bottle'),
      shelf('Art', [149, 5999], 'watercolour set', 'acrylic paint set', 'easel', 'brush set', 'colour pencils'),
      shelf('Desk', [99, 2999], 'desk organiser', 'document tray', 'desk lamp', 'paperweight'),
    ],
  },
  {
    name: 'Toys and games',
    brands: ['Latoo', 'Paperbird', 'Little Banyan', 'Chaupar'],
    kinds: ['Wooden', 'Magnetic', 'Glow-in-the-dark', 'Classic', 'Pocket', 'Hand-made'],
    sizes: ['24 pieces', '100 pieces', '500 pieces', 'for two', 'for the whole family'],
    praise: ['Rainy afternoons, solved.', 'No batteries, no screens.', 'The {thing} that gets handed down.'],
    shelves: [
      shelf('Puzzles', [199, 2499], 'jigsaw puzzle', 'puzzle cube', 'brain teaser', 'tangram'),
      shelf('Board games', [299, 3999], 'board game', 'chess set', 'card game', 'carrom board', 'dice game'),
      shelf('Building', [399, 7999], 'building blocks', 'marble run', 'train set', 'robot kit'),
      shelf('Soft toys', [249, 2999], 'teddy bear', 'elephant', 'hand puppet', 'rag doll'),
      shelf('Outdoor play', [199, 5999], 'kite', 'flying disc', 'bubble machine', 'scooter'),
    ],
  },
  {
    name: 'Garden',
    brands: ['Green Verandah', 'Basecamp 21', 'Sagar Pottery'],
    kinds: ['Terracotta', 'Self-watering', 'Galvanised', 'Hanging', 'Organic', 'Recycled'],
    sizes: ['small', 'medium', 'large', 'set of 3', '5 kg'],
    praise: [
      'For balconies that want to be gardens.',
      'Sun, rain and forgetful owners do it no harm.',
      'A {thing} the plants would choose.',
    ],
    shelves: [
      shelf('Pots and planters', [99, 3999], 'planter', 'pot', 'plant stand', 'window box'),
      shelf('Garden tools', [149, 4999], 'trowel', 'pruning shears', 'watering can', 'garden gloves', 'spray bottle'),
      shelf('Seeds and soil', [49, 999], 'herb seeds', 'potting mix', 'compost', 'plant food'),
      shelf('Garden furniture', [1999, 29999], 'garden chair', 'hammock', 'bird bath', 'solar lantern'),
    ],
  },
];
