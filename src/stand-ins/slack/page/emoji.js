import { h } from './dom.js';

// Names as Slack spells them. A common set: what bots and their users write, not all of Unicode.
const TABLE =
  '+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ ' +
  'warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 exclamation ❗ grey_exclamation ❕ bangbang ‼️ question ❓ grey_question ❔ information_source ℹ️ ' +
  'hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ clock1 🕐 clock3 🕒 clock9 🕘 watch ⌚ calendar 📆 date 📅 ' +
  'rocket 🚀 tada 🎉 sparkles ✨ star ⭐ star2 🌟 fire 🔥 boom 💥 zap ⚡ bulb 💡 100 💯 trophy 🏆 dart 🎯 gem 💎 medal 🏅 first_place_medal 🥇 ' +
  'eyes 👀 mag 🔍 mag_right 🔎 microscope 🔬 telescope 🔭 test_tube 🧪 dna 🧬 brain 🧠 robot_face 🤖 gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ nut_and_bolt 🔩 ' +
  'package 📦 file_folder 📁 open_file_folder 📂 page_facing_up 📄 page_with_curl 📃 memo 📝 pencil2 ✏️ pencil 📝 clipboard 📋 paperclip 📎 pushpin 📌 link 🔗 ' +
  'scissors ✂️ wastebasket 🗑️ floppy_disk 💾 cd 💿 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ electric_plug 🔌 battery 🔋 satellite 📡 globe_with_meridians 🌐 ' +
  'bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 abacus 🧮 straight_ruler 📏 scales ⚖️ moneybag 💰 credit_card 💳 ' +
  'lock 🔒 unlock 🔓 key 🔑 old_key 🗝️ shield 🛡️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 email 📧 inbox_tray 📥 outbox_tray 📤 ' +
  'arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_forward ▶️ arrow_backward ◀️ fast_forward ⏩ rewind ⏪ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ ' +
  'arrows_counterclockwise 🔄 repeat 🔁 recycle ♻️ twisted_rightwards_arrows 🔀 double_vertical_bar ⏸️ pause_button ⏸️ black_square_for_stop ⏹️ stop_button ⏹️ ' +
  'black_circle_for_record ⏺️ record_button ⏺️ heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_multiplication_x ✖️ infinity ♾️ new 🆕 ok 🆗 up 🆙 free 🆓 cool 🆒 ' +
  'red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ ' +
  'large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 white_large_square ⬜ black_large_square ⬛ white_small_square ▫️ black_small_square ▪️ ' +
  'small_blue_diamond 🔹 small_orange_diamond 🔸 large_blue_diamond 🔷 large_orange_diamond 🔶 radio_button 🔘 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ ' +
  'smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 wink 😉 blush 😊 heart_eyes 😍 thinking_face 🤔 ' +
  'neutral_face 😐 expressionless 😑 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleeping 😴 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 ' +
  'open_mouth 😮 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 tired_face 😫 triumph 😤 rage 😡 exploding_head 🤯 partying_face 🥳 shushing_face 🤫 saluting_face 🫡 ' +
  'skull 💀 ghost 👻 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 ' +
  'wave 👋 raised_hand ✋ hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_up ☝️ point_down 👇 point_left 👈 point_right 👉 clap 👏 raised_hands 🙌 handshake 🤝 pray 🙏 muscle 💪 ' +
  'bow 🙇 shrug 🤷 facepalm 🤦 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ bust_in_silhouette 👤 busts_in_silhouette 👥 construction_worker 👷 technologist 🧑‍💻 scientist 🧑‍🔬 detective 🕵️ ' +
  'construction 🚧 rotating_light 🚨 traffic_light 🚥 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ anchor ⚓ sos 🆘 bug 🐛 beetle 🪲 ant 🐜 bee 🐝 snail 🐌 turtle 🐢 ' +
  'rabbit 🐰 snake 🐍 penguin 🐧 whale 🐳 octopus 🐙 unicorn_face 🦄 hugging_face 🤗 dog 🐶 cat 🐱 crab 🦀 coffee ☕ tea 🍵 beer 🍺 beers 🍻 champagne 🍾 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪 ' +
  'apple 🍎 lemon 🍋 seedling 🌱 evergreen_tree 🌲 four_leaf_clover 🍀 sunny ☀️ partly_sunny ⛅ cloud ☁️ rainbow 🌈 umbrella ☔ snowflake ❄️ snowman ⛄ ocean 🌊 droplet 💧 thermometer 🌡️ dash 💨 ' +
  'earth_africa 🌍 earth_americas 🌎 new_moon 🌑 full_moon 🌕 crescent_moon 🌙 books 📚 book 📖 bookmark 🔖 label 🏷️ card_index_dividers 🗂️ file_cabinet 🗄️ bookmark_tabs 📑 newspaper 📰 scroll 📜 ' +
  'camera 📷 art 🎨 movie_camera 🎥 musical_note 🎵 headphones 🎧 video_game 🎮 game_die 🎲 jigsaw 🧩 gift 🎁 balloon 🎈 house 🏠 factory 🏭 office 🏢 airplane ✈️ car 🚗 bike 🚲 ship 🚢';

/** @type {Map<string, string>} */
const EMOJI = new Map();
const words = TABLE.split(' ');
for (let index = 0; index + 1 < words.length; index += 2) EMOJI.set(words[index] ?? '', words[index + 1] ?? '');

// Signs that plain text fonts have, for machines without an emoji font, where the real ones would be empty boxes.
const PLAIN_TABLE =
  'white_check_mark ✔ heavy_check_mark ✔ x ✖ warning ⚠ hourglass ◕ hourglass_flowing_sand ◔ star ★ arrow_right → arrow_left ← arrow_up ↑ arrow_down ↓ ' +
  'arrow_forward ▶ question ? exclamation ! information_source ℹ red_circle ● large_green_circle ● large_yellow_circle ● large_orange_circle ● large_blue_circle ● ' +
  'white_circle ○ black_circle ● heart ♥ gear ⚙ zap ⚡ no_entry ⊘ no_entry_sign ⊘ arrows_counterclockwise ↻ repeat ↻ recycle ♻ double_vertical_bar ‖ black_square_for_stop ■ ' +
  'white_small_square ▫ black_small_square ▪ raised_hand ⚑ slightly_smiling_face ☺ smile ☺ email ✉ pencil2 ✎ scissors ✂ snowflake ❄ sunny ☀ cloud ☁ skull ☠ airplane ✈';
const PLAIN = new Map(PLAIN_TABLE.split(' ').map((word, index, all) => [index % 2 ? '' : word, all[index + 1] ?? '']));

const TONES = new Map(
  'white_check_mark good heavy_check_mark good large_green_circle good raised_hand caution x bad red_circle bad no_entry bad heart bad warning caution large_yellow_circle caution large_orange_circle caution'
    .split(' ')
    .map((word, index, all) => [index % 2 ? '' : word, all[index + 1] ?? '']),
);

/** The names offered first when reacting. */
export const QUICK_REACTIONS = ['white_check_mark', 'eyes', '+1', 'tada', 'rocket', 'thinking_face', 'x', 'heart'];

let hasFont = /** @type {boolean | null} */ (null);

/** Whether this machine draws emoji in colour; asked once, by drawing one. */
function hasEmojiFont() {
  if (hasFont !== null) return hasFont;
  const canvas = document.createElement('canvas');
  canvas.width = 20;
  canvas.height = 20;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return true;
  context.font = '16px "Apple Color Emoji","Segoe UI Emoji","Noto Color Emoji",sans-serif';
  context.fillText('🚀', 0, 16);
  const { data } = context.getImageData(0, 0, 20, 20);
  hasFont = false;
  for (let index = 0; index < data.length; index += 4) if (data[index] !== data[index + 2]) hasFont = true;
  return hasFont;
}

/** @param {string} name */
export function isEmoji(name) {
  return EMOJI.has(name);
}

/** All known names that contain a word. @param {string} word @param {number} limit */
export function findEmoji(word, limit) {
  const wanted = word.toLowerCase();
  const names = [...EMOJI.keys()].filter((name) => name.includes(wanted));
  return names.sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted))).slice(0, limit);
}

/**
 * An emoji by name; an unknown one stays readable as :name:.
 * @param {string} fullName may carry a skin tone, which is left out
 */
export function renderEmoji(fullName) {
  const name = fullName.split('::')[0] ?? fullName;
  const sign = EMOJI.get(name);
  if (!sign) return h('span', { class: 'emoji-name' }, `:${name}:`);
  const label = `:${name}:`;
  if (hasEmojiFont()) return h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' '), title: label }, sign);
  const plain = PLAIN.get(name);
  if (!plain) return h('span', { class: 'emoji-name' }, label);
  return h(
    'span',
    { class: `emoji plain ${TONES.get(name) ?? ''}`, role: 'img', 'aria-label': name.replaceAll('_', ' '), title: label },
    plain,
  );
}
