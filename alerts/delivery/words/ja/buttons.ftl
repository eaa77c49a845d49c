## What stands on buttons.

button-sources = 情報源
button-timeline = 時系列
button-mute = このイベントを通知しない
button-unmute = 通知を再開
button-wrong = 誤り
button-back = 前へ
button-on = 次へ
button-older = 前の経緯
button-newer = 新しい経緯
button-area = 分野
button-since = 期間
button-every-area = すべての分野
button-always = 期間を限らない
button-days = 過去{ $count }日
bot-matrix-areas = 分野を選んでください。
bot-matrix-times = 期間を選んでください。

## What a press does, told to who pressed.

bot-muted = { $id } の通知を止めました。このチャットには届きません。
bot-unmuted = { $id } の通知を再開しました。次の進展からお知らせします。
bot-wrong-noted = ありがとうございます。ルールの作成者に伝わるよう記録しました。
bot-wrong-known = ここからはすでに報告済みです。ありがとうございます。
bot-button-old = このボタンは古すぎて、用途がわかりません。コマンドを書いてください：/help
bot-failed = うまくいきませんでした。こちら側の問題です。あとでもう一度お試しください。
source-copy = 転載

## Changing what is followed.

button-undo = 元に戻す
button-share = 共有
button-pass-on = 送る
button-take = これをフォロー
button-muted = 通知しないイベント
button-settings = 設定
button-following = フォロー一覧
button-pause = 一時停止
button-resume = 再開
button-remove = 削除
button-any = 指定なし

## Names of the filters, as they can be written: stage:live, sources:2.

filter-stage = 段階
filter-sources = 情報源
filter-language = 言語
filter-capability = 種類
bot-edit-how = 文字でも書けます：/following edit { $number } 段階:提供開始 情報源:2 言語:日本語 種類:決済
bot-no-filter = 「{ $name }」がわかりません。条件は 段階:提供開始、情報源:2、言語:日本語、種類:決済 のように書きます。「{ $any }」で外せます。
bot-paused = 一時停止中：再開するまで何も届きません。/settings resume
bot-muted-list = このチャットで通知しないイベント
bot-muted-nothing = このチャットで通知を止めたイベントはありません。
bot-muted-not = { $id } の通知はこのチャットでは止められていません。
bot-share = このリンクから、ほかの人もこのチャットの現在のフォローを利用できます。どのチャットかはわかりません。
bot-share-offered = 共有されたフォロー
bot-share-unknown = この共有は見つかりません。リンクをもう一度もらってください。
weekdays = 月曜 火曜 水曜 木曜 金曜 土曜 日曜
bot-closed = このボットは登録されたチャット専用です。
