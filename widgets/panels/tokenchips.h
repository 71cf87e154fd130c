#pragma once
// Tokens as coloured chips that flow like text; only visible rows are drawn.

#include "widgets/models/tokenlist.h"

#include <QAbstractScrollArea>

namespace aha {

class TokenChips : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setTokens(const TokenList& tokens);
    /// Chips that stand out (what a model is trained on), one entry a chip; empty: none.
    void setMarks(const QVector<bool>& marked);
    void setIdsShown(bool shown);
    /// The chip at a point of the viewport; -1: none.
    int chipAt(const QPoint& point) const;
    QString hint(int chip) const; ///< plain text
    int rowCount() const { return int(m_rows.size()); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Row {
        int first, last; ///< chips, [first, last)
    };
    void flow();
    int chipWidth(const TokenChip& chip) const;
    int rowHeight() const;

    TokenList m_tokens;
    QVector<bool> m_marked;
    bool m_ids = false;
    std::vector<Row> m_rows;
};

} // namespace aha
