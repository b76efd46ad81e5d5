import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const electronics: Department = {
  name: 'Electronics',
  brands: ['Dhvani', 'Northbeat', 'Keystone', 'Pixelgrove', 'Volta'],
  care: ['Comes with a one-year warranty.', 'Firmware updates are free for life.', 'Spare parts are kept for seven years.'],
  aisles: [
    aisle(
      'Audio',
      shelf(
        'Headphones',
        'Clear from the first drum to the last word. Forty hours between charges. Folds flat into its pouch. Pairs with two devices at once.',
        line('{kind} over-ear headphones, {size}', 'wireless, noise-cancelling, studio', 'lite, standard, pro', [1799, 24999]),
        line('{kind} earbuds, {size}', 'true wireless, noise-cancelling, sports', 'lite, standard, pro', [999, 13999]),
        line('gaming headset, {kind}, {size}', 'wired, wireless', 'stereo, 7.1 surround', [1499, 8999]),
      ),
      shelf(
        'Speakers',
        'Fills the room before you turn it up. Shrugs off rain and spilt tea. Two of them pair for stereo. The battery lasts from dusk till dawn.',
        line('{kind} portable speaker, {size}', 'Bluetooth, waterproof, solar', '5 W, 10 W, 20 W, 40 W', [899, 9999]),
        line('{kind} soundbar, {size}', '2.0, 2.1, Dolby', '60 W, 120 W, 300 W', [2999, 24999]),
        line('bookshelf speakers, {kind}, {size}', 'walnut, black oak, white', '4-inch, 5-inch', [6999, 27999]),
      ),
    ),
    aisle(
      'Computing',
      shelf(
        'Keyboards & Mice',
        'Quiet enough for the night shift. The keys do not fade. Switches between three computers by one key. Plugs in by USB-C.',
        line('{kind} keyboard, {size}', 'mechanical, low-profile, backlit, ergonomic', '60 %, tenkeyless, full size', [999, 11999]),
        line('{kind} mouse, {size}', 'wireless, vertical, gaming', 'small, medium, large', [449, 5999]),
        line('{kind} keyboard and mouse combo, {size}', 'wireless, silent', 'compact, full size', [1199, 4999]),
      ),
      shelf(
        'Monitors',
        'Colours are calibrated before it leaves the factory. The stand turns, tilts and lifts. One cable carries picture and power. Easy on the eyes after dark.',
        line('{size} {kind} monitor', 'Full HD, QHD, 4K', '22-inch, 24-inch, 27-inch, 32-inch', [7999, 54999]),
        line('{size} {kind} gaming monitor', '144 Hz, 165 Hz, 240 Hz', '24-inch, 27-inch, 34-inch curved', [11999, 62999]),
        line('portable {kind} monitor, {size}', 'Full HD, touch', '14-inch, 16-inch', [9999, 21999]),
      ),
      shelf(
        'Storage & Cables',
        'Small enough for a coin pocket. Braided, and tested to ten thousand bends. Works with laptops, phones and tablets. Keeps cool under load.',
        line('{kind} SSD, {size}', 'portable, rugged, NVMe', '500 GB, 1 TB, 2 TB', [3499, 18999]),
        line('{kind} cable, {size}', 'USB-C charging, Thunderbolt, HDMI', '1 m, 2 m, 3 m', [299, 2999]),
        line('{size} {kind} hub', 'USB-C, USB 3.0, powered', '4-port, 7-port, 10-port', [799, 6999]),
      ),
    ),
  ],
};
