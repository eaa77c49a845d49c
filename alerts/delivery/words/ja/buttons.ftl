## What stands on buttons.

button-sources = 情報源
button-timeline = 時系列
button-mute = このイベントを通知しない
button-unmute = 通知を再開
button-wrong = 誤り
button-back = 前へ
button-on = 次へ

## What a press does, told to who pressed.

bot-muted = { $id } の通知を止めました。このチャットには届きません。
bot-unmuted = { $id } の通知を再開しました。次の進展からお知らせします。
bot-wrong-noted = ありがとうございます。ルールの作成者に伝わるよう記録しました。
bot-wrong-known = ここからはすでに報告済みです。ありがとうございます。
bot-button-old = このボタンは古すぎて、用途がわかりません。コマンドを書いてください：/help
bot-failed = うまくいきませんでした。こちら側の問題です。あとでもう一度お試しください。
source-copy = 転載
