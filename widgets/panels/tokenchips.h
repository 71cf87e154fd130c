#pragma once
// Tokens as coloured chips that flow like text; only visible rows are drawn. What is known of a token is said under the
// pointer and, with the keyboard, at the chip that arrows, Home and End go to.

#include "widgets/models/tokenlist.h"

#include <QAbstractScrollArea>

namespace aha {

class EmptyHint;

/// A line of its own before a chip, with a rule across: where something new begins.
struct TokenHeading {
    int chip = 0;
    QString text;
};

class TokenChips : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setTokens(const TokenList& tokens);
    /// Chips that stand out (what a model is trained on), one entry a chip; empty: none.
    void setMarks(const QVector<bool>& marked);
    /// In place of the changing colours: which chips have a loss, one entry a chip; empty: the changing colours.
    void setLossMask(const QVector<bool>& trained);
    /// Ascending by chip. Call after setTokens().
    void setHeadings(const QVector<TokenHeading>& headings);
    void setIdsShown(bool shown);
    /// Said in the middle while there are no tokens.
    void setEmptyText(const QString& text);
    /// The chip at a point of the viewport; -1: none.
    int chipAt(const QPoint& point) const;
    QRect chipRect(int chip) const; ///< in the viewport
    QString hint(int chip) const; ///< plain text
    int current() const { return m_current; } ///< the keyboard's chip; -1: none yet
    int rowCount() const { return int(m_rows.size()); }
    QString heading(int row) const; ///< "" for a row of tokens

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Row {
        int first, last; ///< chips, [first, last); none: a heading
        int heading = -1;
    };
    void flow();
    void setCurrent(int chip);
    int besideRow(int chip, int step) const; ///< in the next row of tokens in that direction, nearest in x
    QColor colorOf(int chip, bool dark) const;
    int chipWidth(const TokenChip& chip) const;
    int rowHeight() const;

    EmptyHint* m_empty = nullptr;
    TokenList m_tokens;
    QVector<bool> m_marked, m_trained;
    QVector<TokenHeading> m_headings;
    bool m_ids = false;
    int m_current = -1;
    std::vector<Row> m_rows;
};

} // namespace aha
