#pragma once
// A part of a reply as selectable plain text, as tall as it is long, with its tokens coloured and explained under the
// pointer or at the text cursor. Copying takes the bytes that the model wrote.

#include "widgets/models/replytext.h"
#include "widgets/panels/tracecolors.h"

#include <QPlainTextEdit>

#include <string>

namespace aha {

class TokenText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit TokenText(QWidget* parent = nullptr);

    /// Shows `part` of `reply`, which may have grown since the last call; what is there already is not laid out again.
    void setPart(const ReplyText& reply, const ReplyPart& part);
    void setHeat(Heat heat);
    /// What the tool tip says about the character at `position`; plain text.
    QString hint(int position) const;
    int heightForText() const;

protected:
    QMimeData* createMimeDataFromSelection() const override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Colours;
    void fitHeight();
    void showHint(const QPoint& place, const QString& text);
    QColor colourOf(const ReplyToken& token) const;

    Colours* m_colours;
    std::string m_exact; ///< what this text shows
    QVector<ReplyToken> m_tokens; ///< ends relative to this text
    int m_offset = 0; ///< of this text in the reply
    int m_taken = 0; ///< tokens of the reply that m_tokens holds, from m_first on
    int m_first = 0;
    Heat m_heat = Heat::None;
};

} // namespace aha
